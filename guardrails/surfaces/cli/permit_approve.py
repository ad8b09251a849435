"""
``guardrails permit approve``: sign a permit with a key of one's own, offline.

The service issues a permit of the level HUMAN_2 after two people approved a text; it holds once two of them have signed it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from guardrails.errors import DraftError
from guardrails.surfaces.cli.inputs import read


@click.command("approve")
@click.argument("permit", metavar="PERMIT", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--key", required=True, type=click.Path(), help="Your key (guardrails permit key new FILE).")
@click.option("--content", required=True, type=click.Path(), help="The text as you read it: what you sign is for it.")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write here instead of to PERMIT.")
def command(permit: Path, key: str, content: str, out: Path | None) -> int:
    """
    Add your signature to PERMIT, which then says that you approved the text in --content.

    Nothing is sent anywhere. A permit for another text than that is not signed.
    """
    from guardrails.audit.dsse import Signature, envelope_bytes, parsed_envelope
    from guardrails.audit.permit import permit_of
    from guardrails.audit.signing_file import parsed_private_line
    from guardrails.audit.trust import keyid_of
    from guardrails.render.permit import permit_lines, short_permit
    from guardrails.surfaces.cli.permit_files import written
    from guardrails.surfaces.cli.permit_text import content_of

    envelope = parsed_envelope(read(str(permit)))
    said, text = permit_of(envelope.payload), content_of(content, None)
    if said.raw_sha256 != text.raw_sha256 and said.canon_sha256 != text.canon().sha256:
        raise DraftError("content-differs", "this permit is for another text than the one in --content")
    public, seed = parsed_private_line(read(key).decode("utf-8", "replace"))
    signature = Signature(keyid_of(public.vkey), _signed(seed, envelope.signed))
    written(out or permit, envelope_bytes(envelope.with_signature(signature)).decode() + "\n")
    print("\n".join(permit_lines(short_permit(said))))
    print(f"signed by {public.name}", file=sys.stderr)
    return 0


def _signed(seed: bytes, message: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)
