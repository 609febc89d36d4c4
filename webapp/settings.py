"""Settings and limits as rows: a name in the environment, a default, a sentence and a parser each.

They are read once, at start, and passed to `create_app`; nothing else reads the environment. A bad value stops the
start with a sentence that says what was expected, what was found and what to do. docs/settings.md has them as a table.
"""

import atexit
import logging
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

SECRET_LENGTH = 32
"""The fewest characters that a secret may have."""
MOST_RUNS_IN_STORE = 10_000_000
"""A sweep of more runs is kept in files."""
MAKES_ONE = 'such as the output of `python -c "import secrets; print(secrets.token_hex(32))"`'


class SettingsError(ValueError):
    """A setting that cannot be used; the message says what was expected, what was found and what to do."""


class Setting(NamedTuple):
    """One setting: its name in the environment, its default as text, its sentence, and its parser."""

    name: str
    default: str
    sentence: str
    parse: Callable[[str], Any]
    title: str = ""
    """Its title among the limits that visitors see; empty where it is none of them."""
    unit: str = ""
    """The unit of its value there."""
    advice: str = ""
    """More for whoever serves the bench."""

    def read(self, environ: Mapping[str, str]) -> Any:
        """The value in the environment, or the default when the name is absent or blank."""
        text = environ.get(self.name, "").strip() or self.default
        try:
            text.encode()
            return self.parse(text)
        except UnicodeEncodeError:
            problem = "must be text in UTF-8, and it is not"
        except ValueError as error:
            problem = str(error)
        cure = f"leave {self.name} out for {self.default}" if self.default else f"leave {self.name} out"
        raise SettingsError(f"{self.name} {problem}. Change it, or {cure}.")


def setting(
    name: str, default: str, sentence: str, parse: Callable[[str], Any], *, shown: bool = True, **of_limit: str
) -> Any:
    """A dataclass field for a setting, with its default; `shown` is whether a repr contains the value, and `of_limit`
    has the title, unit and advice of its row."""
    row = Setting(name, default, sentence, parse, **of_limit)
    return field(default=parse(default), repr=shown, metadata={"row": row})


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Parses a whole number from `least` to `most`."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", text) or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}, and it is {text!r}")
        return int(text)

    return parse


def choice(*words: str) -> Callable[[str], str]:
    """Parses one of the words."""

    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be {' or '.join(words)}, and it is {text!r}")
        return text

    return parse


def yes_or_no(text: str) -> bool:
    """Parses yes or no."""
    return choice("yes", "no")(text.lower()) == "yes"


def can_be_meant(address: str) -> bool:
    """Whether the host of an address is one, and its port from 1 to 65535 or left out."""
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def public_url(text: str) -> str:
    """Parses an http or https address without query; the slash at its end is dropped."""
    address = re.fullmatch(r"(https?://[a-z0-9.-]+|https?://\[[0-9a-f:]+\])(:[0-9]{1,5})?(/.*)?", text, re.IGNORECASE)
    if text and not (address and can_be_meant(text)):
        raise ValueError(f"must be an address like https://bench.example.org, and it is {text!r}")
    return address[1].lower() + (address[2] or "") + url_prefix(address[3] or "") if address else ""


def url_prefix(text: str) -> str:
    """Parses a sub-path; the slashes at its ends may be left out."""
    if not re.fullmatch(r"/?([A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*)?/?", text) or ".." in text:
        raise ValueError(f"must be a path like /nnbench, and it is {text!r}")
    inner = text.strip("/")
    return f"/{inner}" if inner else ""


def origins(text: str) -> tuple[str, ...]:
    """Parses origins with blanks or commas between them; none is an empty tuple."""
    found = tuple(dict.fromkeys(text.lower().replace(",", " ").split()))
    for one in found:
        is_origin = re.fullmatch(r"https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:[0-9]{1,5})?", one)
        if not (is_origin and can_be_meant(one)):
            raise ValueError(f"must be origins like https://school.example.org, and one of them is {one!r}")
    return found


def listening_place(text: str) -> tuple[str, int] | None:
    """Parses a port of this machine, or an address and a port; none is None."""
    found = re.fullmatch(r"(?:([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):)?([0-9]{1,5})", text)
    if text and (found is None or not 1 <= int(found[2]) <= 65535):
        raise ValueError(f"must be a port, or an address and a port like 0.0.0.0:9464, and it is {text!r}")
    return ((found[1] or "127.0.0.1").strip("[]"), int(found[2])) if found else None


def secret(text: str) -> str:
    """Parses a secret; the message never repeats it."""
    if text and len(text) < SECRET_LENGTH:
        raise ValueError(f"must have at least {SECRET_LENGTH} characters, and it has {len(text)}")
    return text


VALKEY = re.compile(r"valkeys?://([^/@\s?#]*@)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:([0-9]{1,5}))?(/[0-9]*)?")
"""The address of a Valkey server; a name or password with other characters has them as %40 and the like."""


def store_of(text: str) -> str:
    """Parses sqlite, memory or the address of a Valkey server; the message never repeats an address."""
    address = VALKEY.fullmatch(text)
    if text in ("sqlite", "memory") or (address and int(address[4] or 1) in range(1, 65_536)):
        return text
    found = "no such address" if ":" in text else repr(text)
    raise ValueError(f"must be sqlite, memory, valkey://host:port or valkeys://host:port, and it is {found}")


def folder_at(text: str) -> Path:
    """Parses a folder, which may begin with the home of a user."""
    path = Path(text)
    if re.match("~[^/]", text):
        try:
            path.expanduser()
        except RuntimeError:
            raise ValueError(f"must be a folder, and nobody has the home of {text!r}") from None
    return path


def folder_or_none(text: str) -> Path | None:
    """Parses a folder; none is None."""
    return folder_at(text) if text else None


def dask_address(text: str) -> str:
    """Parses the address of a Dask scheduler; none is empty."""
    is_address = re.fullmatch(r"(tcp|tls)://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}", text)
    if text and not (is_address and can_be_meant(text)):
        raise ValueError(f"must be an address like tls://scheduler.example.org:8786, and it is {text!r}")
    return text


@dataclass(frozen=True)
class Settings:
    """All settings, checked; `with_data_folder` adds the data folder and the secret."""

    host: str = setting("HOST", "127.0.0.1", "The address to listen on; 0.0.0.0 is every network of this machine.", str)
    port: int = setting("PORT", "8050", "The port to listen on; 0 takes any free one.", whole_number(0, 65535))
    public_url: str = setting(
        "PUBLIC_URL",
        "",
        "The address that visitors type. Given, the bench counts as hosted; with https, cookies travel by "
        "https only and SECRET_KEY is required.",
        public_url,
    )
    url_prefix: str = setting(
        "URL_PREFIX",
        "",
        "The sub-path under which a proxy shows the bench; left out, it is the path of PUBLIC_URL.",
        url_prefix,
    )
    trusted_proxies: int = setting(
        "TRUSTED_PROXIES",
        "0",
        "How many proxies stand in front and are believed about a visitor's address, host and scheme.",
        whole_number(0, 8),
    )
    frame_ancestors: tuple[str, ...] = setting(
        "FRAME_ANCESTORS",
        "",
        "The origins whose pages may show the bench in a frame, as https://school.example.org, with blanks between "
        "them; left out, none may.",
        origins,
    )
    secret_key: str = setting(
        "SECRET_KEY",
        "",
        f"Signs cookies and seals checkpoints; at least {SECRET_LENGTH} characters. Left out, one is made "
        "once and kept in the data folder.",
        secret,
        shown=False,
    )
    data_dir: Path = setting(  # noqa: RUF009
        "DATA_DIR",
        "~/.nnbench",
        "The folder for sessions and the secret; when it cannot be written, a temporary one serves and the log warns.",
        folder_at,
    )
    store: str = setting(
        "STORE",
        "sqlite",
        "Where sessions and short links are kept: sqlite, in the data folder; memory, which a restart empties; or a "
        "Valkey server that several processes share, valkey://name:password@host:port/0, valkeys:// with TLS.",
        store_of,
        shown=False,
    )
    trainings: int = setting(
        "TRAININGS",
        "0",
        "How many trainings run side by side; 0 is as many as there are cores.",
        whole_number(0, 256),
    )
    queue: int = setting(
        "QUEUE",
        "210",
        "How many tabs may wait for a run, each with its newest request, and as many for analyses; one more is told "
        "to try again.",
        whole_number(0, 10_000),
        title="Tabs that wait",
    )
    threads: int = setting(
        "THREADS",
        "4",
        "How many threads answer the page and its files; what takes longer has threads of its own.",
        whole_number(1, 10_100),
        title="Threads",
    )
    run_seconds: int = setting(
        "RUN_SECONDS",
        "60",
        "How long one run may keep a processor; a longer one is ended, and the page says so.",
        whole_number(1, 86_400),
        title="Time",
        unit="seconds",
    )
    posts_per_session: int = setting(
        "POSTS_PER_SESSION",
        "100",
        "How many requests for runs, analyses and files one browser may send.",
        whole_number(1, 1_000_000),
        title="Requests of one browser",
        unit="a second",
        advice="That is for long; one second alone may have twice as many.",
    )
    posts_per_address: int = setting(
        "POSTS_PER_ADDRESS",
        "500",
        "How many of these requests one network address may send, which many browsers may share.",
        whole_number(1, 1_000_000),
        title="Requests of one address",
        unit="a second",
        advice="Behind a proxy, give TRUSTED_PROXIES, or all visitors count as one.",
    )
    header_kb_per_address: int = setting(
        "HEADER_KB_PER_ADDRESS",
        "256",
        "How much one network address may send for long in headers of more than 4 kB each.",
        whole_number(1, 1_000_000),
        title="Long headers of one address",
        unit="kB a second",
    )
    runs_per_session: int = setting(
        "RUNS_PER_SESSION",
        "20000",
        "How many runs one browser may have made for its landscape; in a zoom four of a line count as one.",
        whole_number(1, 1_000_000),
        title="Runs of a landscape",
        unit="a second",
        advice="That is for long; one second alone may have twice as many.",
    )
    connection_limit: int = setting(
        "CONNECTION_LIMIT",
        "2000",
        "How many connections may be open at a time.",
        whole_number(10, 100_000),
        title="Connections",
        advice="Keep it below the limit on open files (ulimit -n).",
    )
    drain_seconds: int = setting(
        "DRAIN_SECONDS",
        "0",
        "How many seconds the bench serves on after SIGTERM, while /readyz says that it stops; behind a proxy, give it "
        "as long as the proxy takes to see that.",
        whole_number(0, 10),
    )
    metrics_port: tuple[str, int] | None = setting(
        "METRICS_PORT",
        "",
        "The port at which Prometheus reads metrics, on this machine alone; with an address before it, as in "
        "0.0.0.0:9464, there. Left out, there are none.",
        listening_place,
    )
    log: str = setting(
        "LOG",
        "text",
        "How the log is written: text, or json, one object a line, with a line for each request that takes work.",
        choice("text", "json"),
    )
    open_browser: bool = setting(
        "OPEN_BROWSER",
        "yes",
        "Whether a start from a terminal on a desktop opens the browser: yes or no.",
        yes_or_no,
    )
    session_days: int = setting(
        "SESSION_DAYS",
        "30",
        "How long a tab's starting weights and its experiment are kept after they were last stored.",
        whole_number(1, 3650),
        title="Starting weights",
        unit="days",
    )
    tabs_per_session: int = setting(
        "TABS_PER_SESSION",
        "32",
        "How many tabs of one browser have starting weights on the server; one more drops those stored longest ago.",
        whole_number(1, 1000),
        title="Tabs of one browser",
    )
    store_mb: int = setting(
        "STORE_MB",
        "256",
        "How much the starting weights and experiments of all tabs may take together; beyond, those stored longest "
        "ago are dropped.",
        whole_number(1, 100_000),
        title="Size for all tabs",
        unit="MB",
    )
    store_share: int = setting(
        "STORE_SHARE",
        "25",
        "How much of STORE_MB the tabs of one network address keep when others need room; one that has more loses its "
        "oldest first.",
        whole_number(1, 100),
        title="Share of one address",
        unit="%",
    )
    checkpoint_kb: int = setting(
        "CHECKPOINT_KB",
        "4096",
        "How much the starting weights and the experiment of one tab may take.",
        whole_number(16, 65_536),
        title="Size for one tab",
        unit="kB",
    )
    link_days: int = setting(
        "LINK_DAYS",
        "90",
        "How long a short link works after it was last made. Links that hold their experiment do not expire.",
        whole_number(1, 3650),
        title="Short links",
        unit="days",
    )
    link_mb: int = setting(
        "LINK_MB",
        "64",
        "How much all short links may take together, of which one address takes a quarter and one session an eighth at "
        "most; beyond, new ones are refused.",
        whole_number(1, 100_000),
        title="Size of all short links",
        unit="MB",
    )
    links_per_minute: int = setting(
        "LINKS_PER_MINUTE",
        "300",
        "How many new short links one network address may have made for long.",
        whole_number(1, 100_000),
        title="New short links",
        unit="a minute",
    )
    sweeper: bool = setting(
        "SWEEPER",
        "yes",
        "Whether this process makes sweeps beside its page, in processes of low priority: yes, or no where "
        "`nnbench sweeper` runs elsewhere on the same STORE.",
        yes_or_no,
    )
    sweep_runs: int = setting(
        "SWEEP_RUNS",
        "10000000",
        "How many runs one sweep may have.",
        whole_number(1, 1_000_000_000),
        title="Runs",
        advice="More than ten million need SWEEP_DIR.",
    )
    sweeps_per_session: int = setting(
        "SWEEPS_PER_SESSION",
        "4",
        "How many unfinished sweeps one browser may have.",
        whole_number(1, 1000),
        title="Sweeps of one browser",
    )
    sweeps_per_address: int = setting(
        "SWEEPS_PER_ADDRESS",
        "40",
        "How many unfinished sweeps one network address may have, which many browsers may share.",
        whole_number(1, 1000),
        title="Sweeps of one address",
    )
    sweep_away_hours: int = setting(
        "SWEEP_AWAY_HOURS",
        "72",
        "After how long an unfinished sweep ends at which none of its browsers has looked; started again, it goes on "
        "where it was.",
        whole_number(1, 8760),
        title="Sweeps that nobody looks at",
        unit="hours",
    )
    sweeps_at_once: int = setting(
        "SWEEPS_AT_ONCE",
        "4",
        "How many sweeps a sweeper works on at a time, piece by piece; addresses and browsers take turns, whoever has "
        "more sweeps.",
        whole_number(1, 100),
        title="Sweeps side by side",
    )
    sweep_lease: int = setting(
        "SWEEP_LEASE",
        "3",
        "After how many seconds without a sign of life another sweeper goes on with a sweep.",
        whole_number(1, 60),
    )
    sweep_days: int = setting(
        "SWEEP_DAYS",
        "7",
        "How long a sweep and its results are kept after it was started.",
        whole_number(1, 365),
        title="Results of a sweep",
        unit="days",
    )
    sweep_mb: int = setting(
        "SWEEP_MB",
        "512",
        "How much the results of all sweeps may take together; beyond, finished ones are dropped, the oldest of the "
        "address that has most, and a sweep that fits nowhere is refused.",
        whole_number(1, 10_000_000),
        title="Size of all results",
        unit="MB",
    )
    sweep_share: int = setting(
        "SWEEP_SHARE",
        "50",
        "How much of SWEEP_MB the unfinished sweeps of one network address may take.",
        whole_number(1, 100),
        title="Share of one address",
        unit="%",
    )
    sweep_dir: Path | None = setting(  # noqa: RUF009
        "SWEEP_DIR",
        "",
        "The folder where the results of sweeps are kept as files, which every process of the bench can write; left "
        "out, they are in the store.",
        folder_or_none,
    )
    dask_scheduler: str = setting(
        "DASK_SCHEDULER",
        "",
        "The address of a Dask scheduler whose workers make the sweeps, tcp://host:port or tls://host:port; left out, "
        "processes of this machine do.",
        dask_address,
    )
    class_rooms: int = setting(
        "CLASS_ROOMS",
        "32",
        "How many classes may be open at a time.",
        whole_number(0, 1000),
        title="Classes",
        advice="0 is none, and the bench has no classes.",
    )
    class_seats: int = setting(
        "CLASS_SEATS",
        "250",
        "For how many people one class may be opened; a tenth more get a seat.",
        whole_number(1, 1000),
        title="People of a class",
    )
    class_hours: int = setting(
        "CLASS_HOURS",
        "24",
        "After how long a class ends, and all of it is deleted.",
        whole_number(1, 168),
        title="Time of a class",
        unit="hours",
    )
    body_kb: int = setting(
        "BODY_KB",
        "4096",
        "How much the page may send in one request.",
        whole_number(16, 65_536),
        title="Size of a request",
        unit="kB",
    )
    max_samples: int = setting(
        "MAX_SAMPLES",
        "1000000",
        "The most samples that can be typed on the page; its slider and its experiments have up to 10,000.",
        whole_number(10_000, 1_000_000),
        title="Samples",
    )

    def __post_init__(self) -> None:
        if self.https and not self.secret_key:
            raise SettingsError(
                "SECRET_KEY must be given when PUBLIC_URL is https, and it is not. Give it at least "
                f"{SECRET_LENGTH} random characters, {MAKES_ONE}."
            )
        if self.store_kind == "valkey" and not self.secret_key:
            raise SettingsError(
                "SECRET_KEY must be given when STORE is a Valkey server, and it is not: each process opens what the "
                f"others sealed. Give all of them the same {SECRET_LENGTH} random characters or more, {MAKES_ONE}."
            )
        if self.sweep_runs > MOST_RUNS_IN_STORE and self.sweep_dir is None:
            raise SettingsError(
                f"SWEEP_DIR must be given when SWEEP_RUNS is more than {MOST_RUNS_IN_STORE}, and it is not: results "
                "of that size belong into files. Give it a folder, or lower SWEEP_RUNS."
            )
        path = urlsplit(self.public_url).path
        if self.public_url and self.url_prefix not in ("", path):
            raise SettingsError(
                f"URL_PREFIX must be the path of PUBLIC_URL, {path or 'which has none'}, and it is "
                f"{self.url_prefix}. Leave URL_PREFIX out, or make the two agree."
            )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """The settings in the environment; SettingsError names the first that cannot be used."""
        return cls(**{field.name: field.metadata["row"].read(environ) for field in fields(cls)})

    @property
    def hosted(self) -> bool:
        """Whether strangers use this bench: PUBLIC_URL is given."""
        return bool(self.public_url)

    @property
    def https(self) -> bool:
        """Whether visitors connect by https."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def origin(self) -> str:
        """The scheme, host and port of PUBLIC_URL, as a browser names them in `Origin`; empty without one."""
        scheme, host = urlsplit(self.public_url)[:2]
        standing = {"http": ":80", "https": ":443"}.get(scheme, "")
        return f"{scheme}://{host.removesuffix(standing)}" if host else ""

    @property
    def prefix(self) -> str:
        """The sub-path with a slash at both ends, as `requests_pathname_prefix` wants it; / without one."""
        return (self.url_prefix or urlsplit(self.public_url).path) + "/"

    @property
    def side_by_side(self) -> int:
        """The number of trainings that run side by side."""
        return self.trainings or cores()

    @property
    def max_body(self) -> int:
        """The most bytes in one request."""
        return self.body_kb * 1024

    @property
    def max_checkpoint(self) -> int:
        """The most bytes in one checkpoint with its experiment."""
        return self.checkpoint_kb * 1024

    @property
    def store_kind(self) -> str:
        """sqlite, memory or valkey: where the store is without its address, which holds a password."""
        return "valkey" if "://" in self.store else self.store

    @property
    def store_bytes(self) -> int:
        """The most bytes in the whole store."""
        return self.store_mb * 1024 * 1024

    @property
    def files_dir(self) -> Path | None:
        """Where files are while they are read: the data folder, which is a disk where /tmp may be memory; None for the
        system's place where that cannot be written."""
        folder = self.data_dir.expanduser()
        return folder if folder.is_dir() and os.access(folder, os.W_OK) else None

    @property
    def link_seconds(self) -> int:
        """Seconds that a short link lives."""
        return self.link_days * 24 * 3600

    @property
    def link_bytes(self) -> int:
        """The most bytes in all short links."""
        return self.link_mb * 1024 * 1024

    @property
    def sweep_seconds(self) -> int:
        """Seconds that a sweep lives."""
        return self.sweep_days * 24 * 3600

    @property
    def sweep_bytes(self) -> int:
        """The most bytes in the results of all sweeps."""
        return self.sweep_mb * 1024 * 1024

    @property
    def session_seconds(self) -> int:
        """Seconds that a session and its checkpoints live."""
        return self.session_days * 24 * 3600

    def with_data_folder(self) -> "Settings":
        """These settings with a writable data folder and a secret; a second call changes nothing.

        A Valkey server keeps all, so beside it nothing is written here.
        """
        if self.store_kind == "valkey":
            return self
        folder = self.data_dir.expanduser()
        try:
            key = _prepare(folder, self.secret_key)
        except OSError as error:
            unusable, folder = folder, _temporary_folder()
            log.warning(
                "The data folder %s cannot be used (%s). Sessions are kept in %s and end with this process. "
                "Give DATA_DIR a folder that can be written.",
                unusable, error.strerror or error, folder,
            )  # fmt: skip
            key = _prepare(folder, self.secret_key)
        return replace(self, data_dir=folder, secret_key=key)


def all_settings() -> list[Setting]:
    """Every setting, in the order of the table."""
    return [field.metadata["row"] for field in fields(Settings)]


def cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _prepare(folder: Path, key: str) -> str:
    """Makes the folder, checks that it can be written, and returns the key, or else the folder's secret."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass
    return key or _secret_in(folder)


def _secret_in(folder: Path) -> str:
    """The folder's secret, made at the first call; two processes that start together get the same one."""
    path = folder / "secret"
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(SECRET_LENGTH))
            os.link(draft, path)  # a name appears with its content whole, and never twice
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    key = path.read_text().strip()
    if len(key) < SECRET_LENGTH:
        raise SettingsError(
            f"The secret in {path} must have at least {SECRET_LENGTH} characters, and it has {len(key)}. "
            "Delete the file, and a new one is made; sessions sealed with the old one end."
        )
    if stat.S_IMODE(path.stat().st_mode) != 0o600:
        path.chmod(0o600)
    return key


def _temporary_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="nnbench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
