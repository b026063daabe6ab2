"""Which function does which kind of job."""

from app.services import mail, requirements, resets
from app.services.jobs import Worker

WORKERS: dict[str, Worker] = {
    mail.KIND: mail.deliver,
    resets.KIND: resets.answer,
    requirements.KIND: requirements.remind,
}
