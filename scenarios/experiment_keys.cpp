#include "scenarios/key_groups.hpp"

namespace sigdel::scenarios {
namespace {

std::vector<Key> tuning_keys() {
  return {
      {.path = "experiment.kind",
       .item = Item::kChoice,
       .choices = names_of<Experiment>(),
       .meaning =
           "what `sigdel run` does: `none`: this scenario's run; `random-network`: scales of a network of random "
           "numbers; `temporal-order`: scales of this network, its frames shuffled and in temporal order",
       .field = at([](auto& s) -> auto& { return s.experiment.kind; })},
      {.path = "experiment.lambdas",
       .item = Item::kReal,
       .limits = {0, 1},
       .list = kLongList,
       .derived = "none",
       .meaning = "weights of computation, each of which gives a set of scales; error is a mean over a batch, "
                  "computation a sum, as published",
       .field = at([](auto& s) -> auto& { return s.experiment.lambdas; })},
      {.path = "experiment.learning_rate",
       .item = Item::kReal,
       .limits = {1e-9, 1e3},
       .meaning = "of stochastic gradient descent on the scales' natural logarithms, from 1",
       .field = at([](auto& s) -> auto& { return s.experiment.learning_rate; })},
      {.path = "experiment.batch",
       .limits = {1, 100000},
       .unit = "frames",
       .meaning = "frames for a step",
       .field = at([](auto& s) -> auto& { return s.experiment.batch; })},
      {.path = "experiment.epochs",
       .limits = {1, 100000},
       .meaning = "passes over the frames",
       .field = at([](auto& s) -> auto& { return s.experiment.epochs; })},
      {.path = "experiment.clip",
       .item = Item::kReal,
       .limits = {0, 1e9},
       .meaning = "largest magnitude of a derivative; 0: any",
       .field = at([](auto& s) -> auto& { return s.experiment.clip; })},
  };
}

std::vector<Key> data_keys() {
  return {
      {.path = "experiment.seed",
       .limits = {0, kMaxIndex},
       .meaning = "of `random-network`: numpy.random.RandomState's",
       .field = at([](auto& s) -> auto& { return s.experiment.seed; })},
      {.path = "experiment.triples",
       .limits = {1, 1000000},
       .meaning = "of `random-network`: random scales to compare with",
       .field = at([](auto& s) -> auto& { return s.experiment.triples; })},
      {.path = "experiment.train_images",
       .item = Item::kFile,
       .derived = "none",
       .meaning = "of `temporal-order`, which needs it: frames to tune on, of the same kind as `stimulus.images`",
       .field = at([](auto& s) -> auto& { return s.experiment.train_images; })},
      {.path = "experiment.train_labels",
       .item = Item::kFile,
       .derived = "none",
       .meaning = "of `temporal-order`, which needs it: their classes",
       .field = at([](auto& s) -> auto& { return s.experiment.train_labels; })},
      {.path = "experiment.train_frames",
       .limits = {0, kMaxIndex},
       .unit = "frames",
       .meaning = "of `temporal-order`: how many of them to use, from the first on; 0: all",
       .field = at([](auto& s) -> auto& { return s.experiment.train_frames; })},
      {.path = "experiment.machine_frames",
       .limits = {0, kMaxIndex},
       .unit = "frames",
       .meaning =
           "of `temporal-order`: how many frames, from the first in temporal order on, also run on the machine; 0: "
           "none",
       .field = at([](auto& s) -> auto& { return s.experiment.machine_frames; })},
  };
}

}  // namespace

std::vector<Key> experiment_keys() {
  std::vector<Key> all = tuning_keys();
  const std::vector<Key> data = data_keys();
  all.insert(all.end(), data.begin(), data.end());
  return all;
}

}  // namespace sigdel::scenarios
