"""``make notebooks``: executes every notebook from top to bottom and keeps its outputs; names after it: only those.

Outputs are kept small and free of what is of this machine or this minute: no counts of execution, no times, no paths.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
LONGEST_S = 600


def executed(path: Path) -> nbformat.NotebookNode:
    """Execute a notebook, not in place; the first cell that fails ends it with nbclient's report."""
    book = nbformat.read(path, as_version=4)
    # Times change with every run, so they are not kept.
    client = NotebookClient(
        book, timeout=LONGEST_S, startup_timeout=LONGEST_S, kernel_name="python3", record_timing=False
    )
    client.execute(cwd=str(FOLDER))
    return tidy(book)


def tidy(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take away what changes with every run."""
    for number, cell in enumerate((one for one in book.cells if one.cell_type == "code"), start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number
    book.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return book


def main() -> None:
    """Execute all, or those named."""
    wanted = sys.argv[1:]
    for path in sorted(FOLDER.glob("*.ipynb")):
        if not wanted or path.stem in wanted:
            nbformat.write(executed(path), path)
            sys.stdout.write(f"{path.name}  {path.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
