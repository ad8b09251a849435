"""A checkpoint as a mail (RFC 5322): whoever gets it holds something that nobody can take back."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

from guardrails.errors import DraftError

_TEXT = """\
The attached file is the head of the record of all decisions ({origin}): {size} records, signed.

Keep this mail. Whoever asks later whether records were added, changed or taken away saves the attachment and runs
    guardrails ledger verify --checkpoint {name}
"""


def checkpoint_mail(note: str, *, origin: str, size: int, sender: str, to: str, at_ms: int) -> bytes:
    """
    Return the mail with the signed *note* of a ledger (*origin*) of *size* records; nothing is sent.

    Raises:
        DraftError: ``bad-address`` if *sender* or *to* is no address.
    """
    name, data = f"checkpoint-{size}.txt", note.encode()
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = sender
        if to:
            mail["To"] = to
    except ValueError as error:
        raise DraftError("bad-address", "an address holds no line break") from error
    mail["Date"] = datetime.fromtimestamp(at_ms // 1000, UTC)
    mail["Subject"] = f"{origin}: {size} records"
    mail.set_content(_TEXT.format(origin=origin, size=size, name=name))
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    mail.set_boundary(hashlib.sha256(data).hexdigest()[:32])  # not random: the same checkpoint gives the same mail
    return mail.as_bytes()
