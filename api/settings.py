"""What an operator may set: read from the environment and one TOML file, checked, shown with its origin.

There are two modes. ``local``, as it comes: this machine only, no accounts. ``service``: many people and a network;
it refuses to start while anything is as it comes that would be unsafe there (``api.start_checks``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from data.home import DATABASE_VARIABLE, HOME_VARIABLE

from .environment import SETTINGS_FILE, SettingsRefused, read_settings_file, refuse_unknown_names, variable_of


def _separated(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no time zone of that name is known here; a name is like Europe/Helsinki or UTC") from None
    return name


Zone = Annotated[str, Field(max_length=60), AfterValidator(_known_zone)]
Host = Annotated[str, Field(max_length=253, pattern=r"^(\*\.)?[A-Za-z0-9.\-]+$|^\[[0-9a-fA-F:]+\]$")]
Hosts = Annotated[tuple[Host, ...], NoDecode, BeforeValidator(_separated), Field(max_length=50)]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_separated), Field(max_length=50)]
Words = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[!#-\[\]-~]+$")], ...], NoDecode,
    BeforeValidator(_separated), Field(max_length=20),
]  # fmt: skip
PerMinute = Annotated[int, Field(ge=1, le=100_000)]
Name = Annotated[str, BeforeValidator(_one_line), Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Settings(BaseSettings):
    """All settings, each with what it decides; ``docs/reference/settings.md`` is held equal to this list by a test."""

    model_config = SettingsConfigDict(env_prefix="WORKTRIAL_", extra="forbid", frozen=True, hide_input_in_errors=True)

    mode: Literal["local", "service"] = Field("local", description="`local`: this machine only; `service`: a network")
    operator: Name = Field("", description="local mode: name of its one person, who decides about trials")
    home: Path | None = Field(None, description="folder for database, models, keys; else the per-user data folder")
    database_url: SecretStr | None = Field(None, description="database; else an SQLite file in the folder")
    public_url: str = Field(
        "", max_length=300, pattern=r"^(https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?)?$", description="address people type"
    )
    allowed_hosts: Hosts = Field((), description="names that requests may be for, by comma; else that of public_url")
    listen_address: str = Field("127.0.0.1", max_length=100, description="address to listen at")
    port: int = Field(8000, ge=1, le=65535, description="port to listen at")
    workers: int = Field(1, ge=1, le=64, description="processes that answer")
    grace_seconds: int = Field(30, ge=1, le=600, description="how long a stop waits for running requests")
    trusted_proxies: Networks = Field((), description="addresses of proxies whose forwarded headers count, by comma")
    secret_key: SecretStr | None = Field(None, description="secret of the service, 32 characters or more")
    secret_key_file: Path | None = Field(None, description="file with the secret instead, readable by its owner only")
    session_idle_minutes: int = Field(30, ge=1, le=1440, description="an unused session ends after so many minutes")
    session_hours: int = Field(12, ge=1, le=168, description="every session ends after so many hours")
    body_limit_bytes: int = Field(10_000_000, ge=10_000, le=100_000_000, description="largest body of a request")
    limit_login: PerMinute = Field(30, description="logins a minute from one address (5 for one account from there)")
    limit_lists: PerMinute = Field(120, description="match lists and transfers a minute, by account and by address")
    limit_export: PerMinute = Field(20, description="documents, packs and exports a minute")
    limit_other: PerMinute = Field(600, description="all other requests a minute")
    docs_page: bool | None = Field(None, description="page and description of the API; as it comes: local mode only")
    debug: bool = Field(False, description="tell more in the log; never in service mode")
    log_level: Literal["info", "warning", "error"] = Field("info", description="least important line of the log")
    metrics: bool = Field(False, description="counts and times at /metrics (extra `metrics`)")
    metrics_token: SecretStr | None = Field(None, description="who sends it as bearer token may read /metrics too")

    oidc_issuer: str = Field("", max_length=300, description="identity provider that people may log in with; none: off")
    oidc_client_id: str = Field("", max_length=200, description="what the provider calls this service")
    oidc_client_secret_file: Path | None = Field(None, description="file with the secret that the provider gave")
    oidc_second_factor_acr: Words = Field((), description="values of `acr` that stand for a second factor, by comma")
    oidc_second_factor_amr: Words = Field((), description="values of `amr` that stand for a second factor, by comma")

    emergency_hours: int = Field(4, ge=1, le=24, description="how long a profile stays open in an emergency")
    time_zone: Zone = Field(
        "Europe/Helsinki",
        validate_default=True,
        description="whose days and clock pages speak by, an IANA name",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment first, then the file that is handed over as arguments; nothing else."""
        return env_settings, init_settings

    @property
    def local(self) -> bool:
        """Tell whether this is one person at their own machine."""
        return self.mode == "local"

    @property
    def shows_docs(self) -> bool:
        """Tell whether the page of the API is served."""
        return self.local if self.docs_page is None else self.docs_page

    @property
    def hosts(self) -> tuple[str, ...]:
        """Give the names that requests may be for; local: names of this machine only, against DNS rebinding."""
        if self.local:
            return ("localhost", "127.0.0.1", "[::1]")
        public = urlsplit(self.public_url).hostname
        return self.allowed_hosts or ((public,) if public else ())

    @property
    def zone(self) -> ZoneInfo:
        """Give the zone that people here live in."""
        return ZoneInfo(self.time_zone)

    @property
    def over_tls(self) -> bool:
        """Tell whether people reach the service over https."""
        return self.public_url.startswith("https://")

    @property
    def by_provider(self) -> bool:
        """Tell whether people may log in with an identity provider, or somebody began to set that up."""
        return bool(self.oidc_issuer or self.oidc_client_id or self.oidc_client_secret_file)

    def secret(self) -> bytes | None:
        """Give the secret of the service; None when none is set. SettingsRefused when its file cannot be read."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        if self.secret_key_file is None:
            return None
        try:
            return self.secret_key_file.read_bytes().strip()
        except OSError as error:
            raise SettingsRefused(f"secret_key_file cannot be read: {error.strerror}.") from None


def local_settings() -> Settings:
    """Give the settings as they come, whatever the environment says."""
    return Settings.model_construct()


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings in force; SettingsRefused names every variable that is unknown or not accepted.

    ``environment`` is the process's own (pydantic-settings reads no other); it is an argument for its settings file.
    """
    environment = os.environ if environment is None else environment
    refuse_unknown_names(environment)
    try:
        return Settings(**read_settings_file(environment))
    except ValidationError as error:
        raise SettingsRefused(*(_reason(fault["loc"], fault["msg"]) for fault in error.errors())) from None


def settings_with_origin(settings: Settings, environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Show every setting with its value and where it comes from; secrets are only said to be set or not."""
    file = read_settings_file(environment)
    return {
        name: {"value": _shown(getattr(settings, name)), "from": _origin(name, environment, file)}
        for name in Settings.model_fields
    }


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"


def _reason(place: tuple[int | str, ...], what: str) -> str:
    name = str(place[0]) if place else ""
    return f"{variable_of(name)} (in the file: {name}): {what}."


def _origin(name: str, environment: Mapping[str, str], file: Mapping[str, Any]) -> str:
    said = environment.get(variable_of(name))
    follows = variable_of(name) in (HOME_VARIABLE, DATABASE_VARIABLE) and said == str(file.get(name))
    if said is not None and not follows:
        return "environment"
    return Path(environment[SETTINGS_FILE]).name if name in file else "as it comes"


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, SecretStr):
        return "set"
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in cast("tuple[object, ...]", value)) or "none"
    return str(value)
