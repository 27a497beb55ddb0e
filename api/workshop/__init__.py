"""The workshop pack of a workplace, and the results that come back from it."""

from .pack import CoachNote, WorkshopPack, make_pack
from .pack_files import PACK_FILES, pack_files

__all__ = ["PACK_FILES", "CoachNote", "WorkshopPack", "make_pack", "pack_files"]
