"""What the source says and prints, and where the book says it, typed from both: to be held beside them by a reviewer.

Nothing in these tables is computed.
"""

ZERO, EDGE = [0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0]

ARRAYS = {
    "the kernel of the first figure": ("cross-correlation", [[0, 1], [2, 3]]),
    "its output": ("cross-correlation", [[19, 25], [37, 43]]),
    "the image with two edges": ("edge-detection", [[1, 1, 0, 0, 0, 0, 1, 1]] * 6),
    "the difference kernel": ("edge-detection", [[1, -1]]),
    "the edges it finds": ("edge-detection", [EDGE] * 6),
    "nothing in the transposed image": ("edge-detection", [ZERO] * 8),
    "the learned kernel, stored flipped": ("learning-a-kernel", [[-0.972548, 0.97696]]),
    "answer 1: the image": (
        "answers",
        [
            [1, 0, 0, 0, 0, 1],
            [0, 1, 0, 0, 1, 0],
            [0, 0, 1, 1, 0, 0],
            [0, 0, 1, 1, 0, 0],
            [0, 1, 0, 0, 1, 0],
            [1, 0, 0, 0, 0, 1],
        ],
    ),
    "answers 1.1 and 1.2": (
        "answers",
        [
            [1, 0, 0, 0, -1],
            [-1, 1, 0, -1, 1],
            [0, -1, 0, 1, 0],
            [0, -1, 0, 1, 0],
            [-1, 1, 0, -1, 1],
            [1, 0, 0, 0, -1],
        ],
    ),
    "answer 1.3": (
        "answers",
        [
            [1, -1, 0, 0, -1, 1],
            [0, 1, -1, -1, 1, 0],
            [0, 0, 0, 0, 0, 0],
            [0, -1, 1, 1, -1, 0],
            [-1, 1, 0, 0, 1, -1],
        ],
    ),
    "answer 2.1": ("answers", [[1] * 8, [0] * 8, [0] * 8, [0] * 8, [-1] * 8]),
    "answer 2.2": ("answers", [[1, 0, 0, 1, -1, 0]] * 6),
}

LOSSES = {
    2: 23.584481099119426,
    4: 3.9607391083212136,
    6: 0.6661072908585268,
    8: 0.11241184883977695,
    10: 0.01912891086,
}

SUMS = [
    "0×0 + 1×1 + 3×2 + 4×3 = 19",
    "1×0 + 2×1 + 4×2 + 5×3 = 25",
    "3×0 + 4×1 + 6×2 + 7×3 = 37",
    "4×0 + 5×1 + 7×2 + 8×3 = 43",
]

SECTIONS = [
    ("cross-correlation", "Cross-Correlation"),
    ("convolutional-layers", "Convolutional Layers"),
    ("edge-detection", "Object Edge Detection in Images"),
    ("learning-a-kernel", "Learning a Kernel"),
    ("cross-correlation-and-convolution", "Cross-Correlation and Convolution"),
    ("feature-map-and-receptive-field", "Feature Map and Receptive Field"),
    ("summary", "Summary"),
    ("exercises", "Exercises"),
    ("answers", "Answers"),
]

EQUATIONS = {
    "cross-correlation": [
        r"Y_{i,j} = \sum",
        r"(n_\mathrm{h} - k_\mathrm{h} + 1) \times (n_\mathrm{w} - k_\mathrm{w} + 1)",
    ],
    "edge-detection": [r"x_{i,j} - x_{i,j+1}", r"-\partial_j f(i, j) = \lim_{\epsilon \to 0}"],
    "cross-correlation-and-convolution": [r"(f * g)(i, j) = \sum_a \sum_b f(a, b)"],
    "convolutional-layers": [r"Y_o = \beta_o + \sum_{c} X_c \star K_{o,c}"],
}

CITED = [
    "Hubel and Wiesel, 1959",
    "Hubel and Wiesel, 1962",
    "Hubel and Wiesel, 1968",
    "Field [1987]",
    "Kuzovkin et al. [2018]",
]

# Every statement of the source, in its order: where the book makes it, and the words it makes it with.
CLAIMS = {
    "convolutional networks suit the structure of images": (
        "cross-correlation",
        "efficient at exploring the structure of images",
    ),
    "images are the running example": ("cross-correlation", "images are our running example"),
    "convolutional layers are a misnomer": (
        "cross-correlation",
        "Strictly speaking, convolutional layers are misnamed",
    ),
    "the operation is a cross-correlation": ("cross-correlation", "What they compute is a cross-correlation"),
    "channels are left for later": ("cross-correlation", "on a single channel"),
    "hidden representations, too": ("cross-correlation", "a hidden representation"),
    "arrays are tensors": ("cross-correlation", "two arrays, or tensors"),
    "the input's shape": ("cross-correlation", "three pixels high and three wide"),
    "the shape of the kernel window is the kernel's": (
        "cross-correlation",
        "kernel window, also called the convolution window, whose height and width are those of the kernel",
    ),
    "the window starts at the upper left": (
        "cross-correlation",
        "Lay the kernel over the upper left corner of the input",
    ),
    "it slides left to right and top to bottom": ("cross-correlation", "from left to right and from top to bottom"),
    "multiply elementwise and sum": (
        "cross-correlation",
        "Multiply each pixel in the window by the weight on top of it, and add up the products",
    ),
    "the sum is a single number": ("cross-correlation", "This elementwise product, summed up to a single number"),
    "a window gives the output at its location": (
        "cross-correlation",
        "the upper left window gives the upper left output",
    ),
    "the output is slightly smaller": ("cross-correlation", "The output is slightly smaller than the input"),
    "the kernel has to fit inside": ("cross-correlation", "the window has to fit inside the image"),
    "padding with zeros keeps the size": (
        "cross-correlation",
        "a border of zeros all around it gives the window room to hang over the edge",
    ),
    "a layer adds a scalar bias": (
        "convolutional-layers",
        "cross-correlates its input with a kernel and adds a scalar, the bias",
    ),
    "a layer has two parameters": ("convolutional-layers", "Kernel and bias are its two parameters"),
    "kernels start random, as in a fully connected layer": (
        "convolutional-layers",
        "The kernel typically starts out random, just like the weights of a fully connected layer",
    ),
    "forward propagation": ("convolutional-layers", "the forward pass or forward propagation"),
    "what an h by w layer is": ("convolutional-layers", "a layer with such a kernel is an"),
    "an edge is where pixels change": ("edge-detection", "An edge is where the brightness of an image changes"),
    "the middle four columns are black": (
        "edge-detection",
        "The four columns in the middle are black, which is 0; all others are white, which is 1",
    ),
    "the kernel is one by two": ("edge-detection", "The kernel is one pixel high and two wide"),
    "zero where neighbours are equal": (
        "edge-detection",
        "Where two neighbours in a row are equal, the output is zero; where they differ, it is not",
    ),
    "it is a finite difference operator": ("edge-detection", "It is a finite difference operator"),
    "it approximates the first derivative": ("edge-detection", "the first derivative in the horizontal direction"),
    "1 from white to black": ("edge-detection", "From white to black the output is 1"),
    "-1 from black to white": ("edge-detection", "from black to white it is -1"),
    "all other outputs are zero": ("edge-detection", "Everywhere else it is zero"),
    "only vertical edges are detected": ("edge-detection", "It detects vertical edges"),
    "larger kernels cannot be specified by hand": (
        "learning-a-kernel",
        "it may be impossible to write down by hand precisely what each filter",
    ),
    "learn it from input and output": ("learning-a-kernel", "given only the input X and the output Y"),
    "the layer starts random": ("learning-a-kernel", "A new layer starts from random weights"),
    "the loss is the squared error": ("learning-a-kernel", "against the gradient of the summed squared error"),
    "the bias is ignored for simplicity": ("learning-a-kernel", "For the sake of simplicity we leave the bias out"),
    "what if layers convolved strictly": (
        "cross-correlation-and-convolution",
        "What if a layer computed a strict convolution",
    ),
    "flip both ways, then cross-correlate": (
        "cross-correlation-and-convolution",
        "flip it both horizontally and vertically, and then cross-correlate",
    ),
    "outputs of learned layers are unaffected": (
        "cross-correlation-and-convolution",
        "Each kernel is the other one flipped, and the outputs are the same",
    ),
    "deep learning says convolution": (
        "cross-correlation-and-convolution",
        "the literature calls both a convolution, and so shall we",
    ),
    "an entry is called an element": ("cross-correlation", "is called an element"),
    "the output is a feature map": ("feature-map-and-receptive-field", "Such an output is called a feature map"),
    "of learned representations in the spatial dimensions": (
        "feature-map-and-receptive-field",
        "what the layer has learned to represent, its features, in the spatial dimensions, height and width",
    ),
    "what a receptive field is": (
        "feature-map-and-receptive-field",
        "All the elements, of all earlier layers, that may affect its value during the forward pass form its",
    ),
    "it can be larger than the input": ("feature-map-and-receptive-field", "the field can be larger than the image"),
    "four pixels lie in the first field": ("feature-map-and-receptive-field", "is its window, four pixels"),
    "a second layer sees four and nine": (
        "feature-map-and-receptive-field",
        "All 9 elements of the input lie in the field",
    ),
    "deeper networks see broader areas": (
        "feature-map-and-receptive-field",
        "to detect features over a broader area, we can build a deeper network",
    ),
    "the name is from neurophysiology": ("feature-map-and-receptive-field", "The name comes from neurophysiology"),
    "early neurons respond to edges": ("feature-map-and-receptive-field", "cells that respond to an edge or a bar"),
    "Field used convolution kernels": (
        "feature-map-and-receptive-field",
        "modelled them by what can only be called convolution kernels",
    ),
    "Field's figure has sensors, a photograph and channels": (
        "feature-map-and-receptive-field",
        "six kernels, or sensors; a photograph; and the photograph as each sensor sees it",
    ),
    "the similarity is striking": (
        "feature-map-and-receptive-field",
        "The similarity of such cells to convolution kernels is striking",
    ),
    "channels are sampled at dots": (
        "feature-map-and-receptive-field",
        "at dots, whose distance is proportional to the size of the sensor",
    ),
    "the sensors are even-symmetric": (
        "feature-map-and-receptive-field",
        "It shows only sensors that are even-symmetric",
    ),
    "deep layers match the brain, too": (
        "feature-map-and-receptive-field",
        "compared networks trained to classify images with recordings from the human brain",
    ),
    "biology and code": ("feature-map-and-receptive-field", "in biology and in code"),
    "convolutions heralded deep learning's success": (
        "feature-map-and-receptive-field",
        "they heralded the recent success of deep learning",
    ),
    "a nested loop is all it takes": ("summary", "A simple nested loop is all it takes"),
    "channels make a matrix-matrix operation": ("summary", "it becomes a matrix–matrix product between channels"),
    "it is local": ("summary", "Each output needs only the few pixels in its window"),
    "chips can invest in arithmetic": ("summary", "spend its area on fast arithmetic rather than on memory"),
    "recent results depend on it": ("summary", "Many results in computer vision are possible only because of that"),
    "such chips may not suit other work": ("summary", "Such a chip may not be the best one for other work"),
    "computer vision became affordable": ("summary", "cheap enough to be everywhere"),
    "edges, lines, blurs and sharpening": ("summary", "find edges and lines, blur and sharpen"),
    "filters need not be invented": ("summary", "No statistician or engineer has to invent these kernels"),
    "evidence replaces heuristics": (
        "summary",
        "statistics based on evidence replace the rules of thumb of feature engineering",
    ),
    "filters correspond to the brain": ("summary", "They correspond to receptive fields and feature maps in the brain"),
    "we are on the right track": ("summary", "we are on the right track"),
}

# Its figures, by the label of ours.
FIGURES = {
    "two-dimensional cross-correlation": ("cross-correlation", "fig-correlation"),
    "Field's six channels": ("feature-map-and-receptive-field", "fig-field"),
}

# Its exercises, by their numbers there, and the label of ours.
EXERCISES = {
    "1.1": "ex-diagonal-kernel",
    "1.2": "ex-diagonal-image-transposed",
    "1.3": "ex-diagonal-kernel-transposed",
    "2.1": "ex-direction",
    "2.2": "ex-second-derivative",
    "2.3": "ex-blur",
    "2.4": "ex-order",
    "3": "ex-autograd",
    "4": "ex-matrix",
}
