"""The product, started as a person starts it: its own data folder, a demonstration, a free port. The demonstration is filled
once for each engine; every server begins with a copy of its own."""

import contextlib
import atexit
import functools
import json
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BINARY = Path(os.environ.get("ZHUQI_BINARY", ROOT / ".build" / "debug" / "zhuqi"))
POSTGRES = os.environ.get("ZHUQI_TEST_POSTGRES", "")
ENGINES = ["sqlite", "postgres"] if POSTGRES else ["sqlite"]


def run(*arguments: str, env: dict[str, str] | None = None) -> str:
    """A command of the program; what it prints. Fails with what it said."""
    if not BINARY.exists():
        raise FileNotFoundError(f"{BINARY} is missing: swift build --product zhuqi")
    done = subprocess.run([BINARY, *arguments], env=env, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise AssertionError(f"zhuqi {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@dataclass
class Server:
    engine: str = "sqlite"
    seed: int = 7
    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="zhuqi-")))
    process: subprocess.Popen | None = None
    database: str = ""

    @property
    def url(self) -> str:
        # localhost, not 127.0.0.1: there browsers keep `__Host-` cookies without TLS.
        return f"http://localhost:{self.port}"

    @functools.cached_property
    def env(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("ZHUQI_")}
        own |= {
            "ZHUQI_DATA": str(self.folder / "data"),
            "ZHUQI_KEY_FILE": str(self.folder / "key"),
            "ZHUQI_PORT": str(self.port),
            "ZHUQI_HOST": "127.0.0.1",
            "ZHUQI_BASE_URL": self.url,
            "ZHUQI_LOG_LEVEL": "warning",
            # A walk asks more often than a person may.
            "ZHUQI_REQUESTS_PER_MINUTE": "1000000",
            "ZHUQI_TRIES_PER_MINUTE": "1000000",
            "TZ": "Asia/Shanghai",
        }
        if self.engine == "postgres":
            own["ZHUQI_DATABASE_URL"] = self.fresh_database()
        return own

    def fresh_database(self) -> str:
        self.database = f"journeys_{secrets.token_hex(6)}"
        postgres(f"create database {self.database} template template0 locale 'C.UTF-8'")
        return POSTGRES.rsplit("/", 1)[0] + "/" + self.database

    def start(self) -> "Server":
        filled(self.engine, self.seed).copy_to(self)
        self.serve()
        return self

    def fill(self) -> "Server":
        (self.folder / "data").mkdir()
        run("migrate", env=self.env)
        run("demo", "--seed", str(self.seed), env=self.env)
        return self

    def copy_to(self, other: "Server") -> None:
        shutil.copytree(self.folder / "data", other.folder / "data")
        shutil.copy2(self.folder / "key", other.folder / "key")
        if other.env.get("ZHUQI_DATABASE_URL"):
            postgres(f"drop database {other.database}", f"create database {other.database} template {self.database}")

    def serve(self) -> None:
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--port", str(self.port)], env=self.env, stdout=log, stderr=subprocess.STDOUT)
        late = time.monotonic() + 60
        while time.monotonic() < late:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended at once:\n{self.log()}")
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=2)
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"no answer at /readyz within 60 s:\n{self.log()}")

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.database:
            postgres(f"drop database if exists {self.database} with (force)")
        shutil.rmtree(self.folder, ignore_errors=True)

    # The database of an embedded server, for what no deed of a test's own brings about.

    def sql(self, statement: str, *values) -> None:
        with contextlib.closing(sqlite3.connect(self.folder / "data" / "zhuqi.sqlite", timeout=30, isolation_level=None)) as base:
            base.execute(statement, values)

    def rows(self, statement: str, *values) -> list[tuple]:
        with contextlib.closing(sqlite3.connect(self.folder / "data" / "zhuqi.sqlite", timeout=30, isolation_level=None)) as base:
            return base.execute(statement, values).fetchall()

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    @functools.cached_property
    def routes(self) -> "list[Route]":
        return [Route.read(row) for row in json.loads(run("routes", "--json", env=self.env))]


@functools.cache
def filled(engine: str, seed: int) -> Server:
    """A demonstration that nobody serves."""
    server = Server(engine, seed)
    atexit.register(server.stop)
    return server.fill()


def postgres(*statements: str) -> None:
    subprocess.run(["psql", "-q", "-d", POSTGRES, *(part for said in statements for part in ("-c", said))], check=True)


@dataclass(frozen=True)
class Route:
    """A row of `zhuqi routes --json`."""

    method: str
    path: str
    permission: str
    roles: tuple[str, ...]
    proof: str = ""

    @staticmethod
    def read(row: dict) -> "Route":
        return Route(
            row["method"].upper(), "/" + row["path"].lstrip("/"), str(row.get("permission", "")), tuple((row.get("roles") or "").split()), row.get("proof", ""))

    def fits(self, path: str) -> bool:
        wanted, given = self.path.strip("/").split("/"), path.strip("/").split("/")
        return len(wanted) == len(given) and all(w == g or w == "*" for w, g in zip(wanted, given))

    def filled(self, value: str) -> str:
        return self.path.replace("*", value)


def pattern(path: str, routes: list[Route]) -> str:
    """The route a path belongs to, so that two needs count as one page; fixed words before stars."""
    fitting = sorted((route.path.count("*"), route.path) for route in routes if route.method == "GET" and route.fits(path))
    return fitting[0][1] if fitting else path
