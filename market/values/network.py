"""The network that a request came from, by its internet address: what a limit of tries is counted by."""

from ipaddress import IPv6Address, ip_address, ip_network

UNKNOWN = "?"


def network_of(address: str | None) -> str:
    """An IPv4 address whole (also where IPv6 stands for one); of an IPv6 address the first 64 bits: a line at home has
    all that begin so, and draws new ones at will. `?` for what is no address."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)
