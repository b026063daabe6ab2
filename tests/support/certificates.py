"""TLS certificates for tests, signed by a certificate authority of our own."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# The validity period, in days from now.
DAYS = (-1, 1)


class Authority:
    """A private certificate authority: `file` is what clients trust, `newest` the last chain it signed."""

    def __init__(self, folder: Path, *, name: str = "Crew CA", days: tuple[int, int] = DAYS) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _named(name)
        self.file = folder / "ca.pem"
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        certificate = _builder(self.name, self.name, self.key, days).add_extension(constraints, critical=True)
        signed = certificate.sign(self.key, hashes.SHA256())
        self.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def server(
        self, address: str, *, common_name: str = "mail", names: bool = True, days: tuple[int, int] = DAYS
    ) -> ssl.SSLContext:
        """Return the TLS context of a server at an IP address; without `names` it has a common name only."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _builder(_named(common_name), self.name, key, days)
        if names:
            certificate = certificate.add_extension(_address(address), critical=False)
        return self._context(certificate.sign(self.key, hashes.SHA256()), key)

    def self_signed(self, address: str) -> ssl.SSLContext:
        """Return the TLS context of a server with a self-signed certificate, as packages install one."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _named("mail")
        certificate = _builder(name, name, key, DAYS).add_extension(_address(address), critical=False)
        return self._context(certificate.sign(key, hashes.SHA256()), key)

    def _context(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
        chain = self.newest = self.folder / f"server-{certificate.serial_number}.pem"
        written = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        chain.write_bytes(written + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain)
        return context


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _address(address: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: tuple[int, int]
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
    )
