#include "traces/media_file.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

#include <array>
#include <cstring>

#include "models/base/errors.hpp"
#include "traces/ffmpeg_source.hpp"

namespace sigdel::traces {
namespace {

constexpr std::int64_t kProbeBytes = 5000000;  ///< FFmpeg's own default

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(&object);
  }
};
struct FreeScaler {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

template <class T>
T* not_null(T* object) {
  return object == nullptr ? throw std::bad_alloc() : object;
}

}  // namespace

class MediaFile::Decoder {
 public:
  explicit Decoder(const std::string& path) : source_(path) {
    DemuxerComplaint::silence();
    open_format();
    open_codec();
    packet_.reset(not_null(av_packet_alloc()));
    frame_.reset(not_null(av_frame_alloc()));
  }

  bool advance() {
    for (;;) {
      const int got = avcodec_receive_frame(codec_.get(), frame_.get());
      if (got == AVERROR_EOF) {
        check_end();
        return false;
      }
      if (got == 0) {
        check_frame();
        ++frames_;
        return true;
      }
      if (got != AVERROR(EAGAIN)) {
        damaged(ffmpeg_reason(got));
      }
      feed();
    }
  }

  [[nodiscard]] Size size() const {
    return {static_cast<std::size_t>(frame_->height), static_cast<std::size_t>(frame_->width)};
  }

  const Picture& picture(Size size, bool bgr) {
    prepare_scaler(size, bgr ? AV_PIX_FMT_BGR24 : AV_PIX_FMT_RGB24);
    const std::size_t row_bytes = 3 * size.columns;
    const std::size_t stride = (row_bytes / kAlignment + 2) * kAlignment;  // the scaler may write beyond a row's end
    padded_.resize(stride * size.rows);
    const std::array<std::uint8_t*, 4> to{padded_.data(), nullptr, nullptr, nullptr};
    const std::array<int, 4> strides{static_cast<int>(stride), 0, 0, 0};
    const int rows =
        sws_scale(scaler_.get(), frame_->data, frame_->linesize, 0, frame_->height, to.data(), strides.data());
    if (rows != static_cast<int>(size.rows)) {
      damaged("its colours cannot be converted");
    }
    picture_.rows = size.rows;
    picture_.columns = size.columns;
    picture_.pixels.resize(row_bytes * size.rows);
    for (std::size_t row = 0; row < size.rows; ++row) {
      std::memcpy(&picture_.pixels[row * row_bytes], &padded_[row * stride], row_bytes);
    }
    return picture_;
  }

  [[nodiscard]] std::optional<std::size_t> announced() const {
    return stream_->nb_frames > 0 ? std::optional(static_cast<std::size_t>(stream_->nb_frames)) : std::nullopt;
  }

 private:
  [[nodiscard]] const std::string& path() const { return source_.path(); }

  [[noreturn]] void damaged(std::string_view what) const {
    fail("{}: damaged at frame {}, counted from 0: {}", path(), frames_, what);
  }

  [[noreturn]] void refuse_kind(int error) const {
    fail("{}: no video and no picture that FFmpeg can read ({}); IDX and .npy files are read, too", path(),
         ffmpeg_reason(error));
  }

  void open_format() {
    AVFormatContext* format = not_null(avformat_alloc_context());
    source_.serve(*format);
    complaint_.emplace(*format);
    format->probesize = kProbeBytes;
    format->error_recognition = kStrict;
    // Where a picture ends, some kinds of picture do not say: then the whole file is one. Others ignore it.
    AVDictionary* options = nullptr;
    av_dict_set_int(&options, "frame_size", static_cast<std::int64_t>(std::min(source_.size(), kMostPictureBytes)), 0);
    const int opened = avformat_open_input(&format, "", nullptr, &options);  // frees the context if it fails
    av_dict_free(&options);
    if (opened < 0) {
      refuse_kind(opened);
    }
    format_.reset(format);
    if (const int found = avformat_find_stream_info(format, nullptr); found < 0) {
      refuse_kind(found);
    }
  }

  void open_codec() {
    const AVCodec* decoder = nullptr;
    const int index = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
    if (index == AVERROR_DECODER_NOT_FOUND) {
      fail("{}: its video is of a kind for which FFmpeg has no decoder here", path());
    }
    if (index < 0 || (format_->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
      fail("{}: has no video; FFmpeg takes it for {}", path(), format_->iformat->long_name);
    }
    stream_ = format_->streams[index];
    codec_.reset(not_null(avcodec_alloc_context3(decoder)));
    int opened = avcodec_parameters_to_context(codec_.get(), stream_->codecpar);
    codec_->pkt_timebase = stream_->time_base;
    // To the decoder of TIFF every tag that it does not know is an error when it is strict.
    codec_->err_recognition = decoder->id == AV_CODEC_ID_TIFF ? kStrict & ~AV_EF_EXPLODE : kStrict;
    codec_->error_concealment = 0;
    codec_->thread_count = 1;  // an error shows at its own frame
    codec_->max_pixels = kMostPixels;
    opened = opened < 0 ? opened : avcodec_open2(codec_.get(), decoder, nullptr);
    if (opened < 0) {
      refuse_kind(opened);
    }
  }

  /// Gives the decoder a packet of the stream, or tells it that there is none left.
  void feed() {
    const bool complained = !complaint_->text().empty();
    for (;;) {
      av_packet_unref(packet_.get());
      const int got = av_read_frame(format_.get(), packet_.get());
      if (!complained && !complaint_->text().empty()) {
        damaged(complaint_->text());
      }
      if (got == AVERROR_EOF) {
        static_cast<void>(avcodec_send_packet(codec_.get(), nullptr));
        return;
      }
      if (got < 0) {
        damaged(ffmpeg_reason(got));
      }
      if (packet_->stream_index == stream_->index) {
        break;
      }
    }
    ++packets_;
    if ((packet_->flags & AV_PKT_FLAG_CORRUPT) != 0) {
      damaged("its data are cut off");
    }
    if (const int sent = avcodec_send_packet(codec_.get(), packet_.get()); sent < 0) {
      damaged(ffmpeg_reason(sent));
    }
  }

  void check_frame() {
    if ((frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame_->decode_error_flags != 0) {
      damaged("the decoder had to guess");
    }
    if (frame_->width <= 0 || frame_->height <= 0 || frame_->format < 0) {
      damaged("it has no picture");
    }
    if (frames_ == 0) {
      width_ = frame_->width;
      height_ = frame_->height;
    } else if (frame_->width != width_ || frame_->height != height_) {
      fail(
          "{}: frame {}, counted from 0, has {} x {} pixels, those before have {} x {}; hint: cut the file there and "
          "name both parts",
          path(), frames_, frame_->width, frame_->height, width_, height_);
    }
  }

  void check_end() const {
    const auto most = static_cast<std::size_t>(std::max<std::int64_t>(0, stream_->nb_frames));
    if (packets_ < most) {
      fail("{}: truncated: it announces {} frames and holds {}", path(), most, packets_);
    }
    if (!complaint_->text().empty()) {  // that came while the file was opened, when much of it may have been read
      fail("{}: damaged or truncated, with {} frames that can be read: {}", path(), frames_, complaint_->text());
    }
    if (frames_ == 0) {
      fail("{}: holds no frame", path());
    }
  }

  /// Only colours are converted if the size stays, as exactly as FFmpeg can; else as it does unless told otherwise.
  void prepare_scaler(Size size, AVPixelFormat to) {
    const bool same = static_cast<int>(size.rows) == frame_->height && static_cast<int>(size.columns) == frame_->width;
    const int flags = same ? SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT : SWS_AREA;
    SwsContext* const scaler = sws_getCachedContext(
        scaler_.release(), frame_->width, frame_->height, static_cast<AVPixelFormat>(frame_->format),
        static_cast<int>(size.columns), static_cast<int>(size.rows), to, flags, nullptr, nullptr, nullptr);
    if (scaler == nullptr) {
      fail("{}: its colours cannot be converted", path());
    }
    scaler_.reset(scaler);
    const int* const matrix = sws_getCoefficients(frame_->colorspace);
    const int* const rgb = sws_getCoefficients(SWS_CS_DEFAULT);
    static_cast<void>(sws_setColorspaceDetails(scaler, matrix, frame_->color_range == AVCOL_RANGE_JPEG ? 1 : 0, rgb, 1,
                                               0, 1 << 16, 1 << 16));  // does nothing for what is RGB already
  }

  static constexpr std::size_t kAlignment = 64;
  static constexpr std::uint64_t kMostPictureBytes = std::uint64_t{1} << 28U;
  static constexpr int kStrict = AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER | AV_EF_EXPLODE;

  FfmpegSource source_;
  std::unique_ptr<AVFormatContext, Freed<avformat_close_input>> format_;
  std::unique_ptr<AVCodecContext, Freed<avcodec_free_context>> codec_;
  std::unique_ptr<AVPacket, Freed<av_packet_free>> packet_;
  std::unique_ptr<AVFrame, Freed<av_frame_free>> frame_;
  std::unique_ptr<SwsContext, FreeScaler> scaler_;
  std::optional<DemuxerComplaint> complaint_;
  AVStream* stream_ = nullptr;
  std::size_t packets_ = 0;
  std::size_t frames_ = 0;  ///< that have been decoded
  int width_ = 0;
  int height_ = 0;
  std::vector<std::uint8_t> padded_;
  Picture picture_;
};

MediaFile::MediaFile(const std::string& path) : decoder_(std::make_unique<Decoder>(path)) {}
MediaFile::~MediaFile() = default;
bool MediaFile::advance() { return decoder_->advance(); }
Size MediaFile::size() const { return decoder_->size(); }
const Picture& MediaFile::picture(Size size, bool bgr) { return decoder_->picture(size, bgr); }
std::optional<std::size_t> MediaFile::announced() const { return decoder_->announced(); }

}  // namespace sigdel::traces
