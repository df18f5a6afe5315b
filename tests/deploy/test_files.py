"""The files of deploy/ fit the program: every setting, path, command and name in them exists."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from configparser import ConfigParser
from pathlib import Path

import click
import pytest
import yaml

from benchmarks.load.servers import ALLOCATION
from tests.deploy.installation import BIN, DEPLOY, ROOT
from web.cli import main
from web.security import HEADERS
from web.settings import SECRETS, Settings
from web.showing import LANGUAGES

OPT, ETC = "/opt/hitorijanai", "/etc/hitorijanai/env"
NOT_OURS = {"BACKUP_KEY_FILE", "PROMETHEUS_MULTIPROC_DIR"}
"""Variables that are read without being a setting."""
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def unit(path: Path) -> ConfigParser:
    read = ConfigParser(strict=False, interpolation=None, delimiters="=")
    read.optionxform = str  # type: ignore[assignment]
    read.read(path, encoding="utf-8")
    return read


def known_command(words: list[str]) -> click.Command:
    """The command of `hitorijanai` that these words call, with options it has. AssertionError otherwise."""
    command: click.Command | None = main
    context = click.Context(main)
    while words and isinstance(command, click.Group):
        command, words = command.get_command(context, words[0]), words[1:]
        assert command is not None, words
    assert command is not None
    options = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options, words
    return command


def commands_of(path: Path) -> list[str]:
    return re.findall(r"^Exec\w+=(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_setting_is_explained_with_its_default() -> None:
    lines = (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines()
    given = dict(
        re.fullmatch(r"#?([A-Z_0-9]+)=(.*)", line).groups() for line in lines if re.match(r"#?[A-Z_0-9]+=", line)
    )  # type: ignore[union-attr]
    fields = {name.upper(): field for name, field in Settings.model_fields.items()}
    assert set(given) == set(fields) | {f"{name.upper()}_FILE" for name in SECRETS} | NOT_OURS
    for name, field in fields.items():
        assert given[name] == str(field.default).replace(str(ROOT), OPT), name


def test_nothing_in_the_example_is_set_so_that_a_copy_of_it_changes_nothing() -> None:
    lines = (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line and not line.startswith("#")]


def test_the_pages_of_nginx_carry_the_headers_of_the_application() -> None:
    words = (DEPLOY / "nginx" / "hitorijanai" / "headers.conf").read_text(encoding="utf-8")
    assert dict(re.findall(r'^add_header (\S+) "(.*)" always;$', words, re.MULTILINE)) == HEADERS


def test_nginx_knows_every_language_of_the_mirror() -> None:
    main_file = (DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    public = (DEPLOY / "nginx" / "hitorijanai" / "public.conf").read_text(encoding="utf-8")
    for language in set(LANGUAGES) - {"ja"}:
        assert re.search(rf"\(\^\|-\){language}\(-\|\$\)\" /{language};", main_file), language
        assert len(re.findall(rf"\((?:\w+\|)*{language}(?:\|\w+)*\)", public)) == 2, language


def test_every_file_that_nginx_includes_is_shipped() -> None:
    folder = DEPLOY / "nginx"
    included = {
        name
        for path in folder.rglob("*.conf")
        for name in re.findall(r"^\s*include (\S+);", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert included - {"mime.types"} == {str(path.relative_to(folder)) for path in folder.glob("*/*.conf")}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_what_a_unit_starts_exists(path: Path) -> None:
    commands = commands_of(path)
    assert commands
    for command in commands:
        words = shlex.split(command.replace("${SITE}", "https://soudan.example.jp/"))
        program = words[0].replace(f"{OPT}/.venv/bin/", "")
        if program == "hitorijanai":
            known_command(words[1:])
        elif program == "gunicorn":
            assert words[words.index("-c") + 1] == "deploy/gunicorn.conf.py"
        else:
            assert Path(program).exists(), program


def test_units_share_one_hardening_and_write_only_where_they_say() -> None:
    shared = unit(DEPLOY / "systemd" / "hitorijanai-.service.d" / "all.conf")["Service"]
    wanted = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes"}
    wanted |= {"CapabilityBoundingSet": "", "LimitCORE": "0", "IPAddressDeny": "any", "User": "hitorijanai"}
    assert {name: shared[name] for name in wanted} == wanted
    assert shared["EnvironmentFile"] == ETC
    for path in UNITS:
        service = unit(path)["Service"]
        assert not set(service) & set(wanted) - {"IPAddressDeny"}, path.name
        assert set(service.get("ReadWritePaths", "").split()) <= {
            "/var/lib/hitorijanai-pages",
            "/var/backups/hitorijanai",
        }
        if "oneshot" not in service.get("Type", ""):
            assert service["Restart"] == "always", path.name
            assert "MemoryMax" in service, path.name


def test_memory_is_given_back_alike_by_units_image_and_measurement() -> None:
    given = unit(DEPLOY / "systemd" / "hitorijanai-.service.d" / "all.conf")["Service"]["Environment"].split()
    assert given == [f"{name}={value}" for name, value in ALLOCATION.items()]
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert [line for line in given if f"    {line} \\\n" not in image] == []


def test_a_reload_is_tried_before_it_is_done(tmp_path: Path) -> None:
    """The first step of a reload finds what the new program cannot start with; systemd then leaves out the second.

    What else either application refuses to start with, tests/web/test_serving.py says.
    """
    for name, wrong in {"web": {"PORT": "eight"}, "console": {"HITORIJANAI_CATALOG": str(tmp_path)}}.items():
        tried, done = commands_of(DEPLOY / "systemd" / f"hitorijanai-{name}.service")[1:]
        assert done == "/bin/kill -HUP $MAINPID"
        words = [str(BIN / "gunicorn"), *tried.removeprefix(f"{OPT}/.venv/bin/gunicorn ").split()]
        done_with = subprocess.run(words, cwd=ROOT, env={**os.environ, **wrong}, capture_output=True, check=False)
        assert done_with.returncode != 0, words


def test_every_timer_has_its_service() -> None:
    for path in (DEPLOY / "systemd").glob("*.timer"):
        assert path.with_suffix(".service") in UNITS


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze on this machine (Debian: apt-get install systemd)")
    # Where the program is installed differs: here it is where it is.
    bin_folder = ROOT / ".venv" / "bin"
    shutil.copytree(DEPLOY / "systemd", tmp_path, dirs_exist_ok=True)
    for path in tmp_path.rglob("*.*"):
        if path.is_file():
            words = path.read_text(encoding="utf-8")
            path.write_text(words.replace(f"{OPT}/.venv/bin/", f"{bin_folder}/"), encoding="utf-8")
    units = [str(path) for pattern in ("*.service", "*.timer") for path in sorted(tmp_path.glob(pattern))]
    done = subprocess.run(
        ["systemd-analyze", "verify", *units],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if "hitorijanai" in line]) == (0, [])


def test_the_image_is_built_from_files_that_exist_with_pinned_bases_and_hashes() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    for base in re.findall(r"^FROM (\S+)", lines, re.MULTILINE):
        assert re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+-[a-z-]+", base), base
    assert "--require-hashes" in lines
    assert re.search(r"^USER hitorijanai$", lines, re.MULTILINE)
    copied = re.search(r"^COPY (requirements.*) \./$", lines, re.MULTILINE)
    assert copied
    let_in = {line[1:] for line in _lines("Dockerfile.dockerignore") if line.startswith("!")}
    for name in {*copied[1].split(), *let_in}:
        assert (ROOT / name).exists(), name
    assert set(copied[1].split()) <= let_in
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages | {"training_data", "deploy/gunicorn.conf.py", "pyproject.toml"} <= let_in
    command = re.search(r'^CMD \["gunicorn", "-c", "(.*)"\]$', lines, re.MULTILINE)
    assert command
    assert command[1] in let_in


def test_what_the_image_calls_are_the_commands_of_the_program() -> None:
    for name in ("prepare", "worker"):
        command = COMPOSE["services"][name]["command"]
        for line in command[-1].splitlines() if command[0] == "sh" else [" ".join(command)]:
            program, *words = shlex.split(line)
            assert program == "hitorijanai"
            known_command(words)
    console = COMPOSE["services"]["console"]["command"]
    started = commands_of(DEPLOY / "systemd" / "hitorijanai-console.service")[0]
    words = started.removeprefix(f"{OPT}/.venv/bin/").split()
    bind = words.index("--bind")
    assert console == words[:bind] + words[bind + 2 :]


def test_the_row_of_containers_names_only_what_is_there() -> None:
    services = COMPOSE["services"]
    settings = (
        {name.upper() for name in Settings.model_fields} | {f"{name.upper()}_FILE" for name in SECRETS} | NOT_OURS
    )
    for name, service in services.items():
        assert (
            not set(service.get("environment", {}))
            - settings
            - {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE"}
        ), name
        for other in service.get("depends_on", {}):
            assert other in services
        for secret in service.get("secrets", []):
            assert secret in COMPOSE["secrets"]
        for network in service["networks"]:
            assert network in COMPOSE["networks"]
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("./") and source != "./certificates":
                assert (DEPLOY / source).exists(), source
            elif not source.startswith("./"):
                assert source in COMPOSE["volumes"]
        if "build" not in service:
            assert re.fullmatch(r"[a-z]+:[\d.]+-bookworm", service["image"]), name
        assert service.get("cap_drop", ["ALL"]) == ["ALL"]
    assert [name for name, service in services.items() if "depends_on" in service] == ["prepare"], "each works alone"
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert [name for name, service in services.items() if "outside" in service["networks"]] == ["nginx"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_the_driver_of_postgresql_is_the_one_the_tests_run_with() -> None:
    tried = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    shipped = _lines("requirements-postgresql.lock")
    assert [line for line in shipped if line.startswith("psycopg")]
    for line in shipped:
        assert line.startswith("#") or line.strip(" \\") in tried, line


@pytest.mark.parametrize("paper", ["README.md", "README.ja.md"])
def test_every_file_and_command_that_a_paper_names_exists(paper: str) -> None:
    words = (DEPLOY / paper).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", words):
        assert link.startswith("http") or (DEPLOY / link).exists(), link
    for line in re.findall(
        r"(?:^|[ /`])hitorijanai ([a-z][^`\n|>#]*)", "\n".join(re.findall(r"```sh\n(.*?)```", words, re.DOTALL))
    ):
        if line.split()[0] in main.list_commands(click.Context(main)):
            known_command(shlex.split(line.partition("  #")[0]))


def _lines(name: str) -> list[str]:
    return (DEPLOY / name).read_text(encoding="utf-8").splitlines()


def test_what_is_set_before_the_command_counts_more_than_the_file_of_settings() -> None:
    account = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="hitorijanai-command-") as name:
        place = Path(name)
        place.chmod(0o755)
        for folder in ("deploy", ".venv/bin"):
            (place / folder).mkdir(parents=True)
        shutil.copy(DEPLOY / "hitorijanai", place / "deploy")
        program = place / ".venv" / "bin" / "hitorijanai"
        program.write_text('#!/bin/sh\necho "$PORT|$THREADS|$EXIT_URL|$1"\n', encoding="ascii")
        program.chmod(0o755)
        (place / "env").write_text('PORT=1\nTHREADS="2 3"\nEXIT_URL=https://a.example/\n', encoding="ascii")
        given = {"PATH": os.environ["PATH"], "HITORIJANAI_ENV": str(place / "env"), "PORT": "it's\n7"}
        done = subprocess.run(
            [place / "deploy" / "hitorijanai", "models"],
            env=given,
            user=account,
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout == "it's\n7|2 3|https://a.example/|models\n"
