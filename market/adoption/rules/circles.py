"""Circles of any length among businesses that buy from one another."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

Graph = Mapping[int, set[int]]


def circles(edges: Iterable[tuple[int, int]]) -> dict[int, int]:
    """By business the number of the circle it is in, for those that are in one.

    Two are in the same circle where the edges lead from each to the other, over however many others (the strongly
    connected parts of the graph; Kosaraju's two walks).
    """
    there: dict[int, set[int]] = defaultdict(set)
    back: dict[int, set[int]] = defaultdict(set)
    for start, end in edges:
        there[start].add(end)
        back[end].add(start)
    finished = [node for root in _roots(there) for node in root]
    parts = list(_walks(reversed(finished), back))
    return {node: number for number, part in enumerate(parts) if len(part) > 1 for node in part}


def _roots(graph: Graph) -> Iterator[list[int]]:
    return _walks(sorted({*graph, *(end for ends in graph.values() for end in ends)}), graph)


def _walks(roots: Iterable[int], graph: Graph) -> Iterator[list[int]]:
    """From each root not met before, all that it leads to and that was not met before, the last first."""
    met: set[int] = set()
    for root in roots:
        if root not in met:
            yield _walk(root, met, lambda node: iter(sorted(graph.get(node, ()))))


def _walk(root: int, met: set[int], ends: Callable[[int], Iterator[int]]) -> list[int]:
    """Depth first without recursion, so that a long chain is no deep stack."""
    met.add(root)
    path, finished = [(root, ends(root))], []
    while path:
        node, left = path[-1]
        following = next((one for one in left if one not in met), None)
        if following is None:
            finished.append(node)
            path.pop()
        else:
            met.add(following)
            path.append((following, ends(following)))
    return finished
