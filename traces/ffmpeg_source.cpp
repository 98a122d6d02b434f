#include "traces/ffmpeg_source.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <new>

#include "models/base/errors.hpp"

namespace sigdel::traces {
namespace {

constexpr int kBufferBytes = 65536;

int open_nothing(AVFormatContext* /*format*/, AVIOContext** /*context*/, const char* /*url*/, int /*flags*/,
                 AVDictionary** /*options*/) {
  return AVERROR(EACCES);
}

}  // namespace

std::string ffmpeg_reason(int error) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(error, text.data(), text.size());
  return text.data();
}

FfmpegSource::FfmpegSource(const std::string& path) : file_(path) {
  if (size() == 0) {
    fail("{}: the file is empty", path);
  }
  auto* const buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
  io_.reset(buffer == nullptr
                ? nullptr
                : avio_alloc_context(buffer, kBufferBytes, 0, this, &FfmpegSource::read, nullptr, &FfmpegSource::seek));
  if (!io_) {
    av_free(buffer);
    throw std::bad_alloc();
  }
}

void FfmpegSource::Free::operator()(AVIOContext* io) const {
  av_freep(&io->buffer);
  avio_context_free(&io);
}

void FfmpegSource::serve(AVFormatContext& format) {
  format.pb = io_.get();
  format.flags |= AVFMT_FLAG_CUSTOM_IO;
  format.io_open = open_nothing;
}

/// No exception may pass through FFmpeg.
int FfmpegSource::read(void* source, std::uint8_t* bytes, int size) {
  auto& self = *static_cast<FfmpegSource*>(source);
  try {
    const std::string content = self.file_.read(self.at_, static_cast<std::size_t>(size));
    std::copy(content.begin(), content.end(), bytes);
    self.at_ += content.size();
    return content.empty() ? AVERROR_EOF : static_cast<int>(content.size());
  } catch (const std::exception&) {
    return AVERROR(EIO);
  }
}

std::int64_t FfmpegSource::seek(void* source, std::int64_t offset, int whence) {
  auto& self = *static_cast<FfmpegSource*>(source);
  const auto size = static_cast<std::int64_t>(self.size());
  const int from = whence & ~AVSEEK_FORCE;
  if (from == AVSEEK_SIZE) {
    return size;
  }
  std::int64_t base = 0;
  if (from != SEEK_SET) {
    base = from == SEEK_END ? size : static_cast<std::int64_t>(self.at_);
  }
  std::int64_t to = 0;
  if (__builtin_add_overflow(base, offset, &to) || to < 0) {
    return AVERROR(EINVAL);
  }
  self.at_ = static_cast<std::uint64_t>(to);
  return to;
}

DemuxerComplaint::DemuxerComplaint(const AVFormatContext& format) : format_(&format) { current().complaint = this; }

DemuxerComplaint::~DemuxerComplaint() { current().complaint = nullptr; }

/// FFmpeg's callback has no other way to learn who asks.
DemuxerComplaint::Listener& DemuxerComplaint::current() {
  thread_local Listener listener;
  return listener;
}

void DemuxerComplaint::silence() { av_log_set_callback(&DemuxerComplaint::hear); }

/// Messages come from a context, or from none; those of parsers and decoders are not the demultiplexer's.
void DemuxerComplaint::hear(void* context, int level, const char* format, va_list arguments) {
  DemuxerComplaint* const listener = current().complaint;
  if (listener == nullptr || level > AV_LOG_ERROR || !listener->text_.empty() ||
      (context != nullptr && context != listener->format_)) {
    return;
  }
  std::array<char, 256> text{};
  static_cast<void>(std::vsnprintf(text.data(), text.size(), format, arguments));
  listener->text_.assign(text.data(), std::strcspn(text.data(), "\n"));
}

}  // namespace sigdel::traces
