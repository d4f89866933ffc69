"""What no function can read: each value with the error it meets and the words that the sentence holds."""

import numpy as np

I = np.eye(4)  # noqa: E741
BATCH = np.ones((2, 1, 4, 4))

NOT_AN_IMAGE = [
    (5, ValueError, ["two-dimensional, (height, width)", "shape is ()"]),
    ([1, 2, 3], ValueError, ["two-dimensional", "(3,)", "[None, :] for a row", "[:, None] for a column"]),
    (np.ones((4, 4, 3)), ValueError, ["two-dimensional", "(4, 4, 3)", "[..., 0]", "Conv2D, which takes channels"]),
    (np.ones((1, 1, 4, 4)), ValueError, ["two-dimensional", "(1, 1, 4, 4)", "[0, 0]", "Conv2D, which takes batches"]),
    (np.ones((1, 1, 1, 4, 4)), ValueError, ["two-dimensional", "(1, 1, 1, 4, 4)", "reshape"]),
    (np.ones((0, 4)), ValueError, ["at least one number", "(0, 4)", "check the slice"]),
    ([[]], ValueError, ["at least one number", "(1, 0)"]),
    (1j * I, TypeError, ["real numbers", "complex128", ".real or abs("]),
    (I.astype(np.clongdouble), TypeError, ["real numbers", ".real or abs("]),
    (I.astype(object), TypeError, ["real numbers", "dtype is object", "convert it to float"]),
    (None, TypeError, ["real numbers", "dtype is object"]),
    ([[1, None], [2, 3]], TypeError, ["real numbers", "dtype is object"]),
    ([[10**400]], TypeError, ["real numbers", "dtype is object"]),
    ({}, TypeError, ["real numbers", "dtype is object"]),
    (iter([[1, 2]]), TypeError, ["real numbers", "dtype is object"]),
    ("1 2", TypeError, ["real numbers", "<U3"]),
    ([["1", "2"], ["3", "4"]], TypeError, ["real numbers", "<U1", "convert it to float"]),
    (I.astype("M8[s]"), TypeError, ["real numbers", "datetime64[s]"]),
    (I.astype("m8[s]"), TypeError, ["real numbers", "timedelta64[s]"]),
    (np.zeros((4, 4), [("r", "f4"), ("g", "f4")]), TypeError, ["real numbers", "'g'"]),
    ([[1, 2], [3]], ValueError, ["rectangular", "rows differ in length", "every row equally long"]),
    ([I[0], I[0, :2]], ValueError, ["rectangular", "rows differ in length"]),
    (np.ma.masked_equal(I, 0), TypeError, ["plain array", "masked", ".filled(0)"]),
    (np.ma.array(I), TypeError, ["plain array", "masked"]),
    ([np.ma.masked_equal(row, 0) for row in I], TypeError, ["plain array", "masked"]),
    ([[1, 2], (3, np.ma.masked)], TypeError, ["plain array", "masked"]),
]

NOT_A_SIZE = [
    (0, ValueError, ["1 or more", "came as 0"]),
    (-1, ValueError, ["1 or more", "came as -1"]),
    ((2, 0), ValueError, ["1 or more", "came as 0"]),
    (1.5, TypeError, ["whole number", "came as 1.5", "pass an int"]),
    (2.0, TypeError, ["whole number", "came as 2.0"]),
    (True, TypeError, ["whole number", "came as True"]),
    ((True, 2), TypeError, ["whole number", "came as True"]),
    (np.True_, TypeError, ["whole number", "True"]),
    ("2", TypeError, ["whole number", "came as '2'"]),
    (None, TypeError, ["whole number", "came as None"]),
    ((1, 2, 3), ValueError, ["one whole number or two", "(1, 2, 3)", "(height, width)"]),
    ((2,), ValueError, ["one whole number or two", "(2,)"]),
    ([], ValueError, ["one whole number or two", "[]"]),
    ([[1], [2]], TypeError, ["whole number", "came as [1]"]),
    ({1, 2}, TypeError, ["whole number", "{1, 2}"]),
]

NOT_A_POSITIVE_NUMBER = [
    (0, ValueError, ["should be above zero and finite", "came as 0"]),
    (-0.5, ValueError, ["should be above zero and finite", "came as -0.5"]),
    (np.nan, ValueError, ["should be above zero and finite", "came as nan"]),
    (np.inf, ValueError, ["should be above zero and finite", "came as inf"]),
    ("fast", TypeError, ["should be a number", "'fast'", "pass a float"]),
    ("0.1", TypeError, ["should be a number", "'0.1'", "pass a float"]),
    (True, TypeError, ["should be a number", "came as True"]),
    (np.True_, TypeError, ["should be a number", "True"]),
    (None, TypeError, ["should be a number", "came as None"]),
    (1j, TypeError, ["should be a number", "1j"]),
    (np.complex128(0.1 + 1j), TypeError, ["should be a number", "0.1+1j"]),
    (10**400, ValueError, ["should be above zero and finite", "came as inf"]),
    ([0.1, 0.2], TypeError, ["should be a number", "[0.1, 0.2]"]),
]

NOT_A_FINITE_NUMBER = [
    (value, error, [words[0].replace("above zero and ", ""), *words[1:]])
    for value, error, words in NOT_A_POSITIVE_NUMBER[2:]
]

NOT_A_BATCH = [
    (1.0, ValueError, ["four-dimensional, (batch, channels, height, width)", "shape is ()", "reshape"]),
    (I, ValueError, ["four-dimensional", "(4, 4)", "[None, None] for one image with one channel"]),
    (BATCH[0], ValueError, ["four-dimensional", "(1, 4, 4)", "[None] for one image", "[:, None] for a batch"]),
    (BATCH[:0], ValueError, ["at least one number", "(0, 1, 4, 4)"]),
    (np.ma.array(BATCH), TypeError, ["plain array", "masked", ".filled(0)"]),
    ([[np.ma.array(I)], [np.ma.array(I)]], TypeError, ["plain array", "masked"]),
    (1j * BATCH, TypeError, ["real numbers", "complex128"]),
    ([[[[1, 2], [3]]]], ValueError, ["rectangular", "every row equally long"]),
    ("image", TypeError, ["real numbers", "<U5"]),
    (None, TypeError, ["real numbers", "dtype is object"]),
]
