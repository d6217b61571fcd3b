# SPDX-License-Identifier: GPL-2.0-only
"""One call of a trace as a picture: who is at work when, from top to bottom as the call goes down and comes back."""

from __future__ import annotations

from html import escape

from .calls import Call, Step, Trace
from .timeline import duration

_WIDTH = 960
_LEFT = 190
_RIGHT = 110
_TOP = 64
_LANE = 46
_HEIGHT = 26  # of a bar
_INK = "#1f2933"
_FAINT = "#9aa5b1"
_COLOURS = {"AnT": "#2f6f9f", "Linux": "#b5651d", "": "#6b7785"}
_LANES = ("process", "AnT's kernel", "interrupt", "ant-parent", "proxy")


def picture(trace: Trace, call: Call) -> str:
    """The SVG file. Bars are to scale; a bar too short to see is drawn two pixels wide."""
    height = _TOP + len(_LANES) * _LANE + 30 + 18 * ((len(call.steps()) + 2) // 3) + 16
    plot = _WIDTH - _LEFT - _RIGHT

    def x(ticks: int) -> float:
        return _LEFT + (ticks - call.times["call"]) * plot / max(call.ticks, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"'
        f' viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f"<title>The way of one call: {escape(str(call))}</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{_INK}"/></marker></defs>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(16, 24, f"The way of one call: {call}", size=16, weight="bold"),
        _text(16, 44, f"{call.program} on core {call.core}, {duration(trace.microseconds(call.ticks))}", _FAINT),
    ]
    for lane, name in enumerate(_lane_names(call)):
        middle = _middle(lane)
        parts.append(_text(16, middle + 4, name, _COLOURS["AnT" if lane < 2 else "Linux"], weight="bold"))
        parts.append(f'<path d="M{_LEFT} {middle} H{_WIDTH - _RIGHT}" stroke="#e4e7eb" stroke-width="1"/>')
    border = _TOP + 2 * _LANE
    parts.append(
        f'<path d="M16 {border} H{_WIDTH - 16}" stroke="{_FAINT}" stroke-width="1" stroke-dasharray="6 4"/>'
    )
    for number, step in enumerate(call.steps(), 1):
        parts += _drawn(number, step, x(step.begin), x(step.end))
    parts += _legend(trace, call)
    return "\n".join([*parts, "</svg>", ""])


def _lane_names(call: Call) -> tuple[str, ...]:
    return (
        f"AnT: {call.program} ({call.process})",
        f"AnT: core {call.core}'s kernel",
        "Linux: Mint, lkm",
        "Linux: ant-parent",
        f"Linux: proxy {call.proxy}" if call.proxy else "Linux: no proxy",
    )


def _middle(lane: int) -> float:
    return _TOP + lane * _LANE + _LANE / 2


# By the place of who is at work.
_LANE_OF = {"process": 0, "kernel": 1, "interrupt": 2, "ant-parent": 3, "proxy": 4}


# Where arrows lead, for the steps in which nobody is at work.
_ARROWS = {"vector": (1, 2), "parent": (2, 3), "begun": (3, 4), "result": (4, 1)}


def _drawn(number: int, step: Step, begin: float, end: float) -> list[str]:
    colour = _COLOURS[step.work.system]
    lane = _LANE_OF.get(step.work.place)
    if lane is not None:
        top = _middle(lane) - _HEIGHT / 2
        width = max(2.0, end - begin)
        bar = f'<rect x="{begin:.1f}" y="{top:.1f}" width="{width:.1f}" height="{_HEIGHT}" rx="2" fill="{colour}"/>'
        return [bar, _text(begin + width / 2, top - 3, str(number), colour, size=11, anchor="middle")]
    came, goes = _ARROWS[step.stop]
    down = 1 if goes > came else -1
    from_y = _middle(came) + down * _HEIGHT / 2
    to_y = _middle(goes) - down * (_HEIGHT / 2 + 1)
    arrow = (
        f'<path d="M{begin:.1f} {from_y:.1f} L{end:.1f} {to_y:.1f}" stroke="{_INK}" stroke-width="1.3" fill="none"'
        ' marker-end="url(#tip)"/>'
    )
    return [arrow, _text((begin + end) / 2 + 6, (from_y + to_y) / 2 + 4, str(number), _INK, size=11)]


def _legend(trace: Trace, call: Call) -> list[str]:
    """Number, stop and length of each step, in three columns."""
    found = []
    column = (_WIDTH - 32) / 3
    for index, step in enumerate(call.steps()):
        length = duration(trace.microseconds(step.end - step.begin))
        place = (16 + index % 3 * column, _TOP + len(_LANES) * _LANE + 30 + index // 3 * 18)
        found.append(_text(*place, f"{index + 1}  {step.stop}: {length}", _COLOURS[step.work.system]))
    return found


def _text(
    x: float, y: float, text: str, colour: str = _INK, *, size: int = 13, weight: str = "normal", anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-size="{size}" font-weight="{weight}"'
        f' text-anchor="{anchor}">{escape(text)}</text>'
    )
