/// SqueezeNet on a clip of real video: a frame of sigma-delta beside a dense float frame of oneDNN.
#pragma once

#include <cstdint>
#include <string>

namespace sigdel::bench {

/// A second of the clip, frame by frame in turn; means per frame, without the first.
struct SqueezeNetTimes {
  std::size_t frames = 0;
  double encode = 0;       ///< seconds: from the float frame to its events
  double sigma_delta = 0;  ///< all layers
  double dense = 0;        ///< oneDNN, prepared once
  double updates = 0;      ///< synaptic operations
  double paper_adds = 0;
  double agreement = 0;  ///< share of frames with the dense network's class
};

/// `data` holds nets/ and video/. Scales are c / rms of a tensor's non-zero values. Times are of the processor with one
/// thread, else by the clock; oneDNN has OMP_NUM_THREADS.
SqueezeNetTimes time_squeezenet(const std::string& data, const std::string& clip, double c, int weight_bits,
                                unsigned threads);

}  // namespace sigdel::bench
