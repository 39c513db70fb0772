"""Verifies a bundle with other people's tools: model-signing and securesystemslib (DSSE), from PyPI.

    WHEELHOUSE_WRITE_FIXTURE=1 npx vitest run test/proof/bundle.test.ts   # writes bundle/
    python3 -m venv /tmp/venv
    /tmp/venv/bin/pip install model-signing==1.1.1 pyopenssl securesystemslib==1.6.0
    /tmp/venv/bin/python test/proof/pypi/verify.py > test/proof/pypi/verified.txt
"""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

BUNDLE = Path(__file__).parent / "bundle"

ticket = json.loads((BUNDLE / "ticket.json").read_text())
key = load_pem_public_key((BUNDLE / "keys" / "ticket.pem").read_bytes())
keyid = ticket["signatures"][0]["keyid"]
accepted = Envelope.from_dict(ticket).verify([SSlibKey.from_crypto(key, keyid)], 1)
print(f"securesystemslib {version('securesystemslib')}: the ticket is signed by {', '.join(accepted)}")

said = subprocess.run(
    [
        str(Path(sys.executable).parent / "model_signing"),
        *("verify", "key", "model", "--signature", "model.sig"),
        *("--public_key", "keys/model.pem"),
    ],
    cwd=BUNDLE,
    capture_output=True,
    text=True,
)
print(f"model-signing {version('model-signing')}: {said.stdout.strip() or said.stderr.strip()}")
sys.exit(said.returncode)
