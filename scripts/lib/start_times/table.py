"""The figures as a Markdown table, the way before beside them."""

from collections.abc import Callable, Iterator

from scripts.lib.settings.bench import Figure
from scripts.lib.start_times.figures import Run, StartTimes

ROWS: tuple[tuple[str, str, Callable[[Run], float]], ...] = (
    ("cold", "cold start: empty volumes, images there", lambda run: run.cold),
    ("warm", "restart", lambda run: run.warm),
    ("killed", "start after `kill -9` of all", lambda run: run.killed),
)


def table(times: StartTimes) -> str:
    """Return the page's part about one product; ends with a line feed."""
    return "\n".join([*_heading(times), "", *_starts(times), "", *_sizes(times), "", *_sources(times)]).rstrip() + "\n"


def _heading(times: StartTimes) -> list[str]:
    machine = f"{times.machine.cores} cores, {times.machine.memory / 2**30:.0f} GiB"
    about = f"{times.product} {times.version}, tree {times.tree[:12]}; {machine}; {len(times.runs)} runs"
    return [f"{about}, {times.at:%Y-%m-%dT%H:%M} UTC. Seconds to all healthy: median (least to most)."]


def _starts(times: StartTimes) -> list[str]:
    title = times.before.title if times.before else "the way before"
    lines = [f"| what | this stack | {title} |", "| --- | --- | --- |"]
    return lines + [f"| {what} | {_seconds(times, of)} | {_told(_figure(times, name))} |" for name, what, of in ROWS]


def _seconds(times: StartTimes, of: Callable[[Run], float]) -> str:
    middle, least, most = times.seconds(of)
    return f"{middle:.1f} ({least:.1f} to {most:.1f})"


def _figure(times: StartTimes, name: str) -> Figure | None:
    return getattr(times.before, name) if times.before else None


def _told(figure: Figure | None) -> str:
    return f"{figure.seconds:.0f}" if figure else "not known"


def _sizes(times: StartTimes) -> list[str]:
    held = [f"| {service} | {size / 2**20:.0f} |" for service, size in times.memory().items()]
    sizes = [f"| {name} | {size / 1e6:.0f} |" for name, size in times.images.items()]
    return ["| service | memory idle, MiB |", "| --- | --- |", *held, "", "| image | MB |", "| --- | --- |", *sizes]


def _sources(times: StartTimes) -> Iterator[str]:
    for name, what, _ in ROWS:
        figure = _figure(times, name)
        if figure:
            yield f"- {what}, {times.before.title if times.before else ''}: {figure.source}"
