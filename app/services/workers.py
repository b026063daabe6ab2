"""Which function does which kind of job."""

from app.services import bundle_files, lockout_reports, mail, refused_attempts, requirements, resets
from app.services.jobs import Worker

WORKERS: dict[str, Worker] = {
    bundle_files.KIND: bundle_files.remove_unused,
    mail.KIND: mail.deliver,
    lockout_reports.KIND: lockout_reports.answer,
    lockout_reports.SWEEP: lockout_reports.sweep,
    refused_attempts.KIND: refused_attempts.end,
    resets.KIND: resets.answer,
    requirements.KIND: requirements.remind,
}
