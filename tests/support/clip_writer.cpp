#include "tests/support/clip_writer.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <stdexcept>

#include "models/base/random.hpp"
#include "traces/media_file.hpp"

namespace sigdel::test {
namespace {

int checked(int result, const char* what) {
  return result < 0 ? throw std::runtime_error(std::string("FFmpeg: ") + what) : result;
}

template <class T>
T* checked(T* object, const char* what) {
  return object == nullptr ? throw std::runtime_error(std::string("FFmpeg: ") + what) : object;
}

/// RGB if the encoder takes it, else what it likes best.
AVPixelFormat format_for(const AVCodec& encoder) {
  if (encoder.pix_fmts == nullptr) {
    return AV_PIX_FMT_BGR24;
  }
  for (const AVPixelFormat* format = encoder.pix_fmts; *format != AV_PIX_FMT_NONE; ++format) {
    if (*format == AV_PIX_FMT_RGB24 || *format == AV_PIX_FMT_BGR24) {
      return *format;
    }
  }
  return encoder.pix_fmts[0];
}

/// One stream of one file.
class Writer {
 public:
  Writer(const std::string& file, const std::string& codec, const traces::Picture& first) {
    av_log_set_level(AV_LOG_QUIET);
    AVFormatContext* format = nullptr;
    checked(avformat_alloc_output_context2(&format, nullptr, nullptr, file.c_str()), "no such kind of file");
    format_.reset(format);
    const AVCodec* const encoder = checked(avcodec_find_encoder_by_name(codec.c_str()), "no such encoder");
    stream_ = checked(avformat_new_stream(format, nullptr), "no stream");
    codec_.reset(checked(avcodec_alloc_context3(encoder), "no encoder"));
    codec_->width = static_cast<int>(first.columns);
    codec_->height = static_cast<int>(first.rows);
    codec_->time_base = {1, 25};
    codec_->framerate = {25, 1};
    codec_->gop_size = 4;
    codec_->thread_count = 1;
    codec_->bit_rate = 4000000;
    codec_->pix_fmt = format_for(*encoder);
    codec_->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
    if ((format->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
      codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    checked(avcodec_open2(codec_.get(), encoder, nullptr), "the encoder refuses");
    checked(avcodec_parameters_from_context(stream_->codecpar, codec_.get()), "parameters");
    stream_->time_base = codec_->time_base;
    checked(avio_open(&format->pb, file.c_str(), AVIO_FLAG_WRITE), "cannot write");
    checked(avformat_write_header(format, nullptr), "header");
  }

  void add(const traces::Picture& picture) {
    frame_.reset(checked(av_frame_alloc(), "no frame"));
    frame_->format = codec_->pix_fmt;
    frame_->width = codec_->width;
    frame_->height = codec_->height;
    frame_->pts = next_++;
    checked(av_frame_get_buffer(frame_.get(), 0), "no buffer");
    SwsContext* const scaler = checked(
        sws_getContext(codec_->width, codec_->height, AV_PIX_FMT_RGB24, codec_->width, codec_->height, codec_->pix_fmt,
                       SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr, nullptr, nullptr),
        "no conversion");
    const std::array<const std::uint8_t*, 4> from{picture.pixels.data(), nullptr, nullptr, nullptr};
    const std::array<int, 4> stride{3 * codec_->width, 0, 0, 0};
    sws_scale(scaler, from.data(), stride.data(), 0, codec_->height, frame_->data, frame_->linesize);
    sws_freeContext(scaler);
    encode(frame_.get());
  }

  void finish() {
    encode(nullptr);
    checked(av_write_trailer(format_.get()), "trailer");
    checked(avio_closep(&format_->pb), "close");
  }

 private:
  void encode(AVFrame* frame) {
    checked(avcodec_send_frame(codec_.get(), frame), "the encoder refuses a frame");
    const std::unique_ptr<AVPacket, void (*)(AVPacket*)> packet(av_packet_alloc(),
                                                                [](AVPacket* p) { av_packet_free(&p); });
    while (avcodec_receive_packet(codec_.get(), packet.get()) == 0) {
      av_packet_rescale_ts(packet.get(), codec_->time_base, stream_->time_base);
      packet->stream_index = stream_->index;
      packet->duration = av_rescale_q(1, codec_->time_base, stream_->time_base);
      checked(av_interleaved_write_frame(format_.get(), packet.get()), "cannot write a packet");
    }
  }

  struct Free {
    void operator()(AVFormatContext* format) const { avformat_free_context(format); }
    void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  };

  std::unique_ptr<AVFormatContext, Free> format_;
  std::unique_ptr<AVCodecContext, Free> codec_;
  std::unique_ptr<AVFrame, Free> frame_;
  AVStream* stream_ = nullptr;
  std::int64_t next_ = 0;
};

}  // namespace

std::vector<traces::Picture> random_pictures(std::size_t count, std::size_t rows, std::size_t columns,
                                             std::uint64_t seed) {
  Random random(seed);
  std::vector<traces::Picture> pictures(count, {rows, columns, std::vector<std::uint8_t>(3 * rows * columns)});
  for (traces::Picture& picture : pictures) {
    for (std::uint8_t& byte : picture.pixels) {
      byte = static_cast<std::uint8_t>(random.below(256));
    }
  }
  return pictures;
}

std::vector<traces::Picture> moving_edge(std::size_t count, std::size_t rows, std::size_t columns) {
  std::vector<traces::Picture> pictures(count, {rows, columns, std::vector<std::uint8_t>(3 * rows * columns)});
  for (std::size_t t = 0; t < count; ++t) {
    for (std::size_t i = 0; i < rows * columns; ++i) {
      const bool bright = i % columns >= columns / 2 + t;
      std::memset(&pictures[t].pixels[3 * i], bright ? 200 : 40, 3);
    }
  }
  return pictures;
}

std::string write_clip(const std::string& file, const std::string& codec,
                       const std::vector<traces::Picture>& pictures) {
  Writer writer(file, codec, pictures.front());
  for (const traces::Picture& picture : pictures) {
    writer.add(picture);
  }
  writer.finish();
  return file;
}

std::vector<traces::Picture> read_all(const std::string& file) {
  traces::MediaFile media(file);
  std::vector<traces::Picture> pictures;
  while (media.advance()) {
    pictures.push_back(media.picture(media.size()));
  }
  return pictures;
}

double difference(const traces::Picture& a, const traces::Picture& b) {
  if (a.rows != b.rows || a.columns != b.columns) {
    return std::numeric_limits<double>::infinity();
  }
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    sum += std::abs(int{a.pixels[i]} - int{b.pixels[i]});
  }
  return sum / static_cast<double>(a.pixels.size());
}

std::string content_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace sigdel::test
