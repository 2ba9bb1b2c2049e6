"""The catalogue of codes: the number of each fault, how grave it is, and what it is about.

A code is raised and compared by its name here, never by its text. `cnncalc explain CNN401` teaches one; its lesson is
`lessons/CNN401.md`. Numbers are never used again. Imports nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

ERROR, WARNING = "error", "warning"

TEXT, LANGUAGE, FORMULA, NUMBER, GRAPH = "text", "language", "formula", "number", "graph"
SIZES, CHANNELS, VOLUME = "sizes", "channels", "volume"
CLAIM, UNUSED, LINT = "claim", "unused", "lint"


class Code(str):
    """The number of a fault, such as `CNN401`, which is its text; `subject` and `severity` go with it.

    >>> STRIDE_DOES_NOT_FIT, STRIDE_DOES_NOT_FIT.subject, UNUSED_BLOCK.severity
    ('CNN401', 'sizes', 'warning')
    """

    subject: str
    severity: str

    def __new__(cls, text: str, subject: str = "", severity: str = ERROR) -> Self:
        """A code that the catalogue lists; the defaults serve copies, which bring their own attributes along."""
        code = super().__new__(cls, text)
        code.subject, code.severity = subject, severity
        return code


def _code(number: int, subject: str) -> Code:
    return Code(f"CNN{number}", subject, WARNING if subject in {UNUSED, LINT} else ERROR)


# What YAML does not allow, or the language does not take of it.
FILE_TOO_LARGE = _code(100, TEXT)
NOT_UTF8 = _code(101, TEXT)
CONTROL_CHARACTER = _code(102, TEXT)
EMPTY_SPEC = _code(103, TEXT)
NOT_A_MAP = _code(104, TEXT)
TWO_DOCUMENTS = _code(105, TEXT)
TOO_MANY_LEVELS = _code(106, TEXT)
KEY_TWICE = _code(107, TEXT)
KEY_NOT_A_WORD = _code(108, TEXT)
ANCHOR = _code(109, TEXT)
MERGE_KEY = _code(110, TEXT)
TAG = _code(111, TEXT)
TAB = _code(112, TEXT)
LOOK_ALIKE = _code(113, TEXT)
NO_SPACE_AFTER_COLON = _code(114, TEXT)
COMPARISON_AS_TEXT = _code(115, TEXT)
ITEM_WITHOUT_COLON = _code(116, TEXT)
BRACKET_NOT_CLOSED = _code(117, TEXT)
QUOTE_NOT_CLOSED = _code(118, TEXT)
FORMULA_SPLIT = _code(119, TEXT)
WRONG_DEPTH = _code(120, TEXT)
TWO_KEYS_ON_A_LINE = _code(121, TEXT)
KEY_WITHOUT_COLON = _code(122, TEXT)
STRAY_COMMA = _code(123, TEXT)
BRACKET_WITHOUT_PARTNER = _code(124, TEXT)
TEXT_BEHIND_CLOSING = _code(125, TEXT)
BAD_FIRST_CHARACTER = _code(126, TEXT)
UNKNOWN_ESCAPE = _code(127, TEXT)
NO_SPACE_AFTER_DASH = _code(128, TEXT)
YAML_SYNTAX = _code(129, TEXT)
BINARY_FILE = _code(130, TEXT)

# How a spec is written.
UNKNOWN_KEY = _code(201, LANGUAGE)
MISSING_PART = _code(202, LANGUAGE)
NO_LAYERS = _code(203, LANGUAGE)
NOT_A_LAYER = _code(204, LANGUAGE)
UNKNOWN_KIND = _code(205, LANGUAGE)
UNKNOWN_WORD = _code(206, LANGUAGE)
PARAMETER_TWICE = _code(207, LANGUAGE)
VALUE_MISSING = _code(208, LANGUAGE)
TWO_BARE_NUMBERS = _code(209, LANGUAGE)
BLANKS_IN_FORMULA = _code(210, LANGUAGE)
MISPLACED_VALUE = _code(211, LANGUAGE)
FOLDED_LINE = _code(212, LANGUAGE)
MISPLACED_PARAMETER = _code(213, LANGUAGE)
BAD_NAME = _code(214, LANGUAGE)
NAME_TAKEN = _code(215, LANGUAGE)
OTHER_VERSION = _code(216, LANGUAGE)
BAD_INPUT = _code(217, LANGUAGE)
MISREAD_AXES = _code(218, LANGUAGE)
OUTSIDE_FOLDER = _code(219, LANGUAGE)
WRONG_TYPE = _code(220, LANGUAGE)
NOT_WHOLE = _code(221, LANGUAGE)
OUT_OF_RANGE = _code(222, LANGUAGE)
NOT_A_CHOICE = _code(223, LANGUAGE)
PARAMETER_MISSING = _code(224, LANGUAGE)
NOT_ITS_PARAMETER = _code(225, LANGUAGE)
UNKNOWN_VARIABLE = _code(227, LANGUAGE)
HIDDEN_NAME = _code(228, LANGUAGE)
BAD_BLOCK = _code(229, LANGUAGE)
BLOCK_IN_ITSELF = _code(230, LANGUAGE)
BAD_REPEAT = _code(232, LANGUAGE)
BAD_CONDITION = _code(233, LANGUAGE)
EXPANSION_TOO_LARGE = _code(234, LANGUAGE)
UNKNOWN_METRIC = _code(235, LANGUAGE)
BAD_LIMIT = _code(236, LANGUAGE)
BAD_VARIANT = _code(237, LANGUAGE)
BAD_WEIGHTS = _code(238, LANGUAGE)
BAD_LINT_SETTING = _code(239, LANGUAGE)
NOT_A_NETWORK = _code(260, LANGUAGE)  # 240 to 259 are those of formulas and numbers, below

# Formulas and numbers.
FORMULA_SYNTAX = _code(240, FORMULA)
FOREIGN_WORD = _code(241, FORMULA)
BAD_FUNCTION = _code(242, FORMULA)
BARE_WORD = _code(243, FORMULA)
BAD_REFERENCE = _code(244, FORMULA)
COMPARISON_CHAIN = _code(245, FORMULA)
WRONG_OPERAND = _code(246, FORMULA)
DIVISION_BY_ZERO = _code(247, FORMULA)
POWER_TOO_LARGE = _code(248, FORMULA)
FORMULA_TOO_LONG = _code(249, FORMULA)

# Numbers, flags, sizes and amounts as they are written.
AMBIGUOUS_NUMBER = _code(250, NUMBER)
NUMBER_IN_QUOTES = _code(251, NUMBER)
NUMBER_OUT_OF_RANGE = _code(252, NUMBER)
NOT_A_NUMBER = _code(253, NUMBER)
NOT_A_FLAG = _code(254, NUMBER)
NOT_A_SIZE = _code(255, NUMBER)
NOT_AN_AMOUNT = _code(256, NUMBER)
NOT_A_LIMIT = _code(257, NUMBER)

# How layers are connected.
UNKNOWN_NAME = _code(301, GRAPH)
NAME_TWICE = _code(302, GRAPH)
NEVER_USED = _code(303, GRAPH)
INPUT_NEVER_USED = _code(304, GRAPH)
AUTOMATIC_NAME = _code(305, GRAPH)
ABSENT_NAME = _code(306, GRAPH)
NUMBER_OF_TENSORS = _code(307, GRAPH)
WEIGHTS_NOT_SHARED = _code(308, GRAPH)
JOIN_OF_NOTHING = _code(309, GRAPH)
EMPTY_BRANCH = _code(310, GRAPH)
NO_LAYER_LEFT = _code(311, GRAPH)
NO_OUTPUT = _code(312, GRAPH)
WHICH_INPUT = _code(313, GRAPH)

# Whether a layer fits what it reads: its sizes, its channels, or the whole volume.
STRIDE_DOES_NOT_FIT = _code(401, SIZES)
KERNEL_TOO_LARGE = _code(402, SIZES)
GROUPS_DO_NOT_DIVIDE = _code(403, CHANNELS)
UNEQUAL_VOLUMES = _code(404, SIZES)
UNEQUAL_SIZES = _code(405, SIZES)
VECTOR_WITHOUT_PLACES = _code(406, VOLUME)
NUMBER_OF_FACTORS = _code(407, VOLUME)
AVERAGE_OF_PADDING = _code(408, SIZES)
TOO_MUCH_PADDING = _code(409, SIZES)
WINDOW_WITHOUT_PIXEL = _code(410, SIZES)
OUTPUT_PADDING_TOO_LARGE = _code(411, SIZES)
RESHAPE_LOSES_VALUES = _code(412, VOLUME)
SLICE_BEYOND_CHANNELS = _code(413, CHANNELS)
CROP_LEAVES_NOTHING = _code(414, SIZES)
MIRROR_TOO_WIDE = _code(415, SIZES)
CONNECTIONS_DO_NOT_FIT = _code(416, CHANNELS)
NOTHING_LEFT = _code(417, SIZES)
DIMENSION_TOO_LARGE = _code(418, SIZES)
BLOCKS_DO_NOT_FILL = _code(419, VOLUME)
TENSORS_OF_A_JOIN = _code(420, SIZES)
NO_SUCH_SIDE = _code(426, VOLUME)
ALIGN_CORNERS_OF_NEAREST = _code(427, SIZES)

# What a design promises.
EXPECTATION_NOT_MET = _code(501, CLAIM)
OVER_BUDGET = _code(502, CLAIM)
OTHER_VOLUME = _code(503, CLAIM)
CLAIM_ON_NOTHING = _code(504, CLAIM)
RUN_DIFFERS = _code(590, CLAIM)

# What is allowed and probably not meant.
UNUSED_VARIABLE = _code(601, UNUSED)
UNUSED_PARAMETER = _code(602, UNUSED)
UNUSED_BLOCK = _code(603, UNUSED)
DROPPED_PIXELS = _code(610, LINT)
BIAS_BEFORE_NORM = _code(611, LINT)
KERNEL_BELOW_STRIDE = _code(612, LINT)
SEES_TOO_LITTLE = _code(613, LINT)
SEES_TOO_MUCH = _code(614, LINT)
EVEN_KERNEL = _code(615, LINT)
PADDED_POOLING = _code(616, LINT)
MISALIGNED_BRANCHES = _code(617, LINT)
HEAVY_FC = _code(618, LINT)
DROPOUT_BEFORE_NORM = _code(619, LINT)
SOFTMAX_TWICE = _code(620, LINT)
NO_ACTIVATION_BETWEEN = _code(621, LINT)

CODES: Mapping[str, Code] = {value: value for value in tuple(globals().values()) if isinstance(value, Code)}
"""Every code by its text, in order."""
