#include "tests/bench/convolutions.hpp"

#include "models/base/random.hpp"

namespace sigdel::bench {
namespace {

network::IntegerLayer layer_of(const LayerShape& shape, int weight_bits, Random& random) {
  const std::uint32_t to = (shape.side + 2 * shape.pad - shape.kernel) / shape.stride + 1;
  network::Convolved convolved{{shape.inputs, shape.side, shape.side}, {shape.outputs, to, to}, {}};
  convolved.window = {
      {shape.kernel, shape.kernel}, {shape.stride, shape.stride}, {shape.pad, shape.pad}, {shape.pad, shape.pad}};
  std::vector<std::int32_t> weights(std::size_t{shape.inputs} * shape.kernel * shape.kernel * shape.outputs);
  for (std::int32_t& weight : weights) {
    weight = static_cast<std::int32_t>(random.between(-127, 127));
  }
  network::IntegerLayer layer;
  layer.synapses.emplace_back(0, convolved, weight_bits, weights);
  layer.sums = convolved.to;
  layer.values = convolved.to;
  layer.written = convolved.to;
  layer.bias.resize(shape.outputs);
  layer.fraction_bits = 8;
  layer.relu = true;
  layer.clamp = 2047;
  return layer;
}

std::vector<network::Event> events_of(const LayerShape& shape, Random& random) {
  std::vector<network::Event> events;
  for (std::uint32_t i = 0; i < shape.inputs * shape.side * shape.side; ++i) {
    if (random.unit() < shape.density) {
      const std::int32_t magnitude = random.unit() < 0.8 ? 1 : static_cast<std::int32_t>(random.between(2, 6));
      events.push_back({i, random.unit() < 0.5 ? magnitude : -magnitude});
    }
  }
  return events;
}

}  // namespace

const std::vector<LayerShape>& layer_shapes() {
  static const std::vector<LayerShape> kShapes{
      {"squeeze-1x1-128-16-at-55", 128, 16, 55, 1, 1, 0, 0.1},
      {"expand-1x1-16-64-at-55", 16, 64, 55, 1, 1, 0, 0.1},
      {"expand-3x3-64-256-at-27", 64, 256, 27, 3, 1, 1, 0.1},
      {"expand-3x3-64-256-at-55", 64, 256, 55, 3, 1, 1, 0.1},
      {"vgg-3x3-128-256-at-56", 128, 256, 56, 3, 1, 1, 0.1},
      {"conv1-7x7-3-96-at-227-stride-2", 3, 96, 227, 7, 2, 0, 0.3},
  };
  return kShapes;
}

LayerLoad::LayerLoad(const LayerShape& shape, int weight_bits)
    : layer_([&] {
        Random random(1);
        return layer_of(shape, weight_bits, random);
      }()),
      events_([&] {
        Random random(2);
        return events_of(shape, random);
      }()),
      block_(layer_, Mode::kSigmaDelta, network::whole(layer_.values)) {
  pixels_.gather(layer_.synapses.front().from(), events_);
  for (const network::Event& event : events_) {
    updates_ += block_.fan_out(0, event.source);
  }
}

void LayerLoad::integrate_one_by_one() {
  for (const network::Event& event : events_) {
    block_.integrate(0, event);
  }
}

}  // namespace sigdel::bench
