"""Draws what a terminal shows: `script -qec 'netgraft demo' /dev/null | python3 docs/demo.py docs/demo.svg`. Needs the package rich."""

import io
import sys

from rich.console import Console
from rich.text import Text

shown = Text.from_ansi(sys.stdin.read().replace("\r\n", "\n").strip("\n"))
width = max(len(line) for line in shown.plain.splitlines())
console = Console(record=True, width=width, file=io.StringIO())
console.print(Text("$ netgraft demo", style="bold"))
console.print(shown)
console.save_svg(sys.argv[1], title="netgraft demo")
