"""A whole Wheelhouse with examples/lightgbm as its workspace."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from wheelhouse import Client

ROOT = Path(__file__).parents[4]


@dataclass
class Running:
    home: Path
    gateway: str
    page: str

    def say(self, *words: str, person: str = "dana") -> dict:
        """What the command line answers."""
        done = subprocess.run(
            ["node", "bin/wheelhouse.mjs", *words, "--as", person, "--json"],
            cwd=ROOT,
            env=os.environ | {"WHEELHOUSE_HOME": str(self.home)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def client(self, **given) -> Client:
        token = (self.home / "token").read_text().strip()
        return Client(self.gateway, api=self.page, **{"token": token, **given})


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def until(what: str, found, seconds: float = 120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        # A data frame has no truth of its own.
        if not value.empty if hasattr(value, "empty") else value:
            return value
        time.sleep(0.5)
    raise AssertionError(f"waited {seconds} s for this: {what}")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("wheelhouse")
    # Programs may run as another user: that one must get in.
    for path in (folder, folder.parent, folder.parent.parent):
        path.chmod(0o755)
    shutil.copytree(ROOT / "examples/lightgbm", folder / "workspace")
    (folder / "workspace/venv").symlink_to(sys.prefix)
    ports = {"WHEELHOUSE_PORT": free_port(), "WHEELHOUSE_INFERENCE_PORT": free_port()}
    home = folder / "home"
    said = (folder / "said.txt").open("w")
    demo = subprocess.Popen(
        ["node", "scripts/demo.mjs"],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key not in ("REDIS_URL", "MONGODB_URI")}
        | {key: str(value) for key, value in ports.items()}
        | {"WHEELHOUSE_HOME": str(home), "WHEELHOUSE_WORKSPACE": str(folder / "workspace")},
        stdout=said,
        stderr=subprocess.STDOUT,
    )
    try:
        until("the demo is up", lambda: demo.poll() is not None or (home / "url").exists(), 240)
        assert demo.poll() is None, (folder / "said.txt").read_text()
        page = (home / "url").read_text().strip()
        yield Running(home, f"http://127.0.0.1:{ports['WHEELHOUSE_INFERENCE_PORT']}", page)
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(60)
        said.close()


@pytest.fixture(scope="session")
def live(running: Running) -> Running:
    """The same once version 1 is live."""
    running.say("train", "energy", "trees=60", "--wait")
    approval = running.say("promote", "energy", "1")["approval"]["id"]
    running.say("approve", approval, person="lee")
    until("version 1 is live", lambda: (running.say("status", "energy")["live"] or {}).get("version") == 1)
    return running
