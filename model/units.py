"""The unit grids that cases are counted in: cells (万米单元网格) of 100 m and squares (公里网格) of a kilometre, and their numbers."""

from __future__ import annotations

# metres
CELL, SQUARE = 100, 1_000
# a number is easting // side · 1,000,000 + northing // side, in metres of the metric CRS
ROWS = 1_000_000
# that of a square begins with its side, so that it is never taken for a cell
SIDES = ROWS * ROWS
# as many cells lie side by side in a square
ABREAST = SQUARE // CELL


def side_of(number: int) -> int:
    """The metres of the side of a cell or square."""
    return number // SIDES or CELL


def first_of(side: int) -> int:
    """What the numbers of that side begin with."""
    return 0 if side == CELL else side * SIDES


def cells_in(number: int) -> list[int]:
    """The cells of a square; of a cell itself."""
    if side_of(number) == CELL:
        return [number]
    column, row = (place * ABREAST for place in divmod(number % SIDES, ROWS))
    return [(column + east) * ROWS + row + north for east in range(ABREAST) for north in range(ABREAST)]
