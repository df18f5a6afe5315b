"""An installation as deploy/ describes it: the shipped files of nginx and gunicorn, on free ports of loopback.

What an operator would edit (deploy/nginx/site/) is written here; the other files are used as they are, but for the
folders of the machine that a test must not touch.
"""

from __future__ import annotations

import datetime
import getpass
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
PUBLIC, CONSOLE = "soudan.example.jp", "minaoshi.example.jp"
UP_WITHIN_SECONDS = 120
_UNVERIFIED = ssl.create_default_context()
_UNVERIFIED.check_hostname = False
_UNVERIFIED.verify_mode = ssl.CERT_NONE


def nginx_program() -> str:
    """nginx; a test that needs it is skipped, by name, where the machine has none."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        pytest.skip("no nginx on this machine (Debian: apt-get install nginx-light)")
    return found


class Gunicorn:
    """One application under the shipped settings, started at once, listening on a socket in `folder`."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *more: str, name: str = "public") -> None:
        self.socket = folder / f"{name}.sock"
        self.log = folder / f"{name}.log"
        self._environment = dict(environment)
        self._command = [BIN / "gunicorn", "-c", DEPLOY / "gunicorn.conf.py", "--bind", f"unix:{self.socket}", *more]
        self._launch()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self._launch()
        self.wait()

    def _launch(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + UP_WITHIN_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                pytest.fail(f"gunicorn does not answer:\n{self.log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    @property
    def workers(self) -> set[int]:
        """Process numbers of the workers there are now."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(each) for each in children.read_text().split()}

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("localhost", timeout=5)
        try:
            with socket.socket(socket.AF_UNIX) as near:
                near.connect(str(self.socket))
                connection.sock = near
                connection.request("GET", "/livez", headers={"Host": PUBLIC})
                return connection.getresponse().status < 500
        except OSError:
            return False


class Nginx:
    """nginx under the shipped settings. `folder` holds all that it writes."""

    def __init__(self, folder: Path, sites: Mapping[str, str]) -> None:
        self._folder = folder
        self.port, self.plain_port = free_port(), free_port()
        self.configuration = folder / "etc"
        shutil.copytree(DEPLOY / "nginx", self.configuration)
        shutil.copy("/etc/nginx/mime.types", self.configuration)
        certify(folder)
        for name, words in {**self._sites(), **sites}.items():
            assert (self.configuration / "site" / name).exists(), f"no such file is shipped: {name}"
            (self.configuration / "site" / name).write_text(words, encoding="utf-8")
        self._move_folders()

    def test(self, *under: str) -> subprocess.CompletedProcess[str]:
        """What `nginx -t` says, run under another program if one is given."""
        return subprocess.run([*under, *self._command, "-t"], capture_output=True, text=True, check=False)

    def start(self) -> None:
        self.process = subprocess.Popen([*self._command, "-g", "daemon off;"], stderr=subprocess.DEVNULL)
        until = time.monotonic() + UP_WITHIN_SECONDS
        while True:
            assert self.process.poll() is None, self.test().stderr
            with socket.socket() as near:
                if near.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert time.monotonic() < until, "nginx does not listen"
            time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def ask(
        self,
        path: str = "/",
        *,
        host: str = PUBLIC,
        method: str = "",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The whole answer to one request."""
        given = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        connection = http.client.HTTPSConnection(host, timeout=20)
        connection.sock = self.encrypted(host)
        try:
            connection.request(method or ("GET" if body is None else "POST"), path, body, {**given, **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def raw(self, words: bytes) -> bytes:
        """The first line of what is answered to these very bytes; empty if nothing is."""
        with self.encrypted() as near:
            near.sendall(words)
            with near.makefile("rb") as answer:
                return answer.readline().strip()

    def encrypted(self, host: str = PUBLIC, *, timeout: float = 20) -> ssl.SSLSocket:
        """A connection on which nothing was asked yet."""
        return _UNVERIFIED.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), timeout), server_hostname=host
        )

    @property
    def _command(self) -> list[str]:
        return [nginx_program(), "-p", str(self._folder), "-c", str(self.configuration / "nginx.conf")]

    def _sites(self) -> dict[str, str]:
        certificate = f"ssl_certificate {self._folder}/tls.pem;\nssl_certificate_key {self._folder}/tls.key;\n"
        return {
            "listen-public.conf": f"listen 127.0.0.1:{self.port} ssl http2;\nserver_name {PUBLIC};\n{certificate}",
            "listen-console.conf": f"listen 127.0.0.1:{self.port} ssl http2;\nserver_name {CONSOLE};\n{certificate}",
            "listen-unknown.conf": f"listen 127.0.0.1:{self.port} ssl http2 default_server;\n",
            "listen-unencrypted.conf": f"listen 127.0.0.1:{self.plain_port};\nserver_name {PUBLIC} {CONSOLE};\n",
            "listen-unencrypted-unknown.conf": f"listen 127.0.0.1:{self.plain_port} default_server;\n",
        }

    def _move_folders(self) -> None:
        """The folders of the machine become folders of the test."""
        path = self.configuration / "nginx.conf"
        words = path.read_text(encoding="utf-8")
        for shipped, here in {
            "user www-data;": f"user {getpass.getuser()};" if os.geteuid() == 0 else "",
            "/run/nginx": f"{self._folder}/nginx",
            "/var/log/nginx/": f"{self._folder}/",
        }.items():
            assert shipped in words, shipped
            words = words.replace(shipped, here)
        path.write_text(words, encoding="utf-8")


class Answer:
    """A whole answer, unpacked by nobody."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status, self.content = status, content
        self.headers = {name.lower(): value for name, value in headers.items()}

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def numbers(self) -> set[str]:
        """What the page offers to call."""
        return set(re.findall(r'href="tel:([^"]+)"', self.text))

    def links(self, beginning: str) -> list[str]:
        """Addresses that begin so."""
        return [href for href in re.findall(r'href="([^"]+)"', self.text) if href.startswith(beginning)]


def certify(folder: Path) -> None:
    """A certificate for our names, signed by itself, as tls.pem and tls.key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, PUBLIC)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "tls.key").write_bytes(key.private_bytes(kind, form, plain))
