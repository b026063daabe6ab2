"""Count password attempts per account, device and network, before the hash is computed."""

from app.services.login import lockouts
from app.text.email_addresses import Address
from app.web import unit_of_work
from app.web.guard import known_devices, rate_limits


def count(address: Address) -> tuple[lockouts.Subject, ...]:
    """Count an attempt as wrong, in its own transaction; `lockouts.undo_count` reverts it if it was right.

    Raises `TooManyRequests` if there were too many.
    """
    rate_limits.check_tighter("log_in")
    rate_limits.check_tighter("log_in_account", address.key)
    network, device = rate_limits.client_address(), known_devices.find_device(address)
    guess = lockouts.for_log_in(address, network=network, device=device)
    with unit_of_work.writing():
        lockouts.count(guess)
    return guess
