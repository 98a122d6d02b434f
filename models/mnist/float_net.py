"""The trained network in NumPy float32, read back from its ONNX file: the reference that states accuracy."""
import numpy as np
import onnx
from onnx import numpy_helper

LAYER_NAMES = ("fc1", "fc2", "fc3")


def load_layers(path):
    """Return [(weight (n_out, n_in), bias (n_out,))] of the three layers, float32, after checking the model."""
    model = onnx.load(path)
    onnx.checker.check_model(model)
    tensors = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    return [(tensors[f"{name}.weight"], tensors[f"{name}.bias"]) for name in LAYER_NAMES]


def to_input(images):
    """Map pixels, uint8 0..255, to the network's input, float32 0..1, of the same shape."""
    return images.astype(np.float32) / np.float32(255)


def predict(layers, images):
    """Return the predicted class (n,) of images, uint8 (n, 784).

    Softmax keeps the order of its inputs, so the class is read before it."""
    activation = to_input(images)
    for weight, bias in layers[:-1]:
        activation = np.maximum(activation @ weight.T + bias, 0)
    weight, bias = layers[-1]
    return np.argmax(activation @ weight.T + bias, axis=1)


def count_errors(layers, images, labels):
    """Return how many of images, uint8 (n, 784), are classified otherwise than labels (n,) say."""
    return int(np.count_nonzero(predict(layers, images) != labels))
