"""Guesses at a password from outside: counted for account, device and network before the hash is computed."""

from app.services.login import lockouts
from app.text.email_addresses import Address
from app.web import unit_of_work
from app.web.guard import known_devices, rate_limits


def counted(address: Address) -> tuple[lockouts.Subject, ...]:
    """Count a guess as wrong, in a transaction of its own; `lockouts.undo_count` undoes it for a right one.

    Raises `TooManyRequests` when there were too many.
    """
    rate_limits.check_tighter("log_in")
    rate_limits.check_tighter("log_in_account", address.key)
    network, device = rate_limits.client_address(), known_devices.recognised(address)
    guess = lockouts.for_log_in(address, network=network, device=device)
    with unit_of_work.writing():
        lockouts.count(guess)
    return guess
