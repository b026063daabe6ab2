"""Which function does which kind of job."""

from app.services import bundle_files, mail, requirements, resets
from app.services.jobs import Worker

WORKERS: dict[str, Worker] = {
    bundle_files.KIND: bundle_files.remove_unused,
    mail.KIND: mail.deliver,
    resets.KIND: resets.answer,
    requirements.KIND: requirements.remind,
}
