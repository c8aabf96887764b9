"""Where a server listens, and whether other machines reach it there."""

import argparse
from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address, ip_address

HERE = "127.0.0.1"
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 # nosec B104 - it is looked for, to be refused


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is a machine's own for itself: no other reaches it there or comes from it."""
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (inner or address).is_loopback


def asked_to_listen(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The hosts, by comma, that granian or `flask run` was told to listen at: on its command line or by its
    environment. One that is given empty means every address."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-h", "--host", nargs="?", action="append", default=[])
    named, _ = parser.parse_known_args(arguments)
    set_to = [environment.get(name) for name in ("GRANIAN_HOST", "FLASK_RUN_HOST")]
    return ",".join([host or EVERY_ADDRESS for host in named.host] + [host for host in set_to if host])
