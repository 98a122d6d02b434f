/// What stands between FFmpeg's libraries and the rest: how they get bytes, and what becomes of their messages.
#pragma once

extern "C" {
#include <libavformat/avformat.h>
}

#include <cstdint>
#include <memory>
#include <string>

#include "traces/input_file.hpp"

namespace sigdel::traces {

/// FFmpeg's text for one of its negative numbers.
std::string ffmpeg_reason(int error);

/// A file for a demultiplexer, which learns no name and can open no other file, whatever this one may say.
class FfmpegSource {
 public:
  /// Throws InputError as InputFile does, and for an empty file.
  explicit FfmpegSource(const std::string& path);

  [[nodiscard]] const std::string& path() const { return file_.path(); }
  [[nodiscard]] std::uint64_t size() const { return file_.size(); }
  /// Makes `format` read from here; this must outlive it.
  void serve(AVFormatContext& format);

 private:
  struct Free {
    void operator()(AVIOContext* io) const;
  };
  static int read(void* source, std::uint8_t* bytes, int size);
  static std::int64_t seek(void* source, std::int64_t offset, int whence);

  InputFile file_;
  std::uint64_t at_ = 0;
  std::unique_ptr<AVIOContext, Free> io_;
};

/// Listens to what a demultiplexer complains of while it lives, in this thread; one at a time. FFmpeg's messages are
/// shown nowhere from the first one on.
class DemuxerComplaint {
 public:
  explicit DemuxerComplaint(const AVFormatContext& format);
  ~DemuxerComplaint();
  DemuxerComplaint(const DemuxerComplaint&) = delete;
  DemuxerComplaint& operator=(const DemuxerComplaint&) = delete;

  /// The first message at the level of errors; empty if there was none.
  [[nodiscard]] const std::string& text() const { return text_; }
  static void silence();

 private:
  struct Listener {
    DemuxerComplaint* complaint = nullptr;
  };
  static Listener& current();
  static void hear(void* context, int level, const char* format, va_list arguments)
      __attribute__((format(printf, 3, 0)));

  const AVFormatContext* format_;
  std::string text_;
};

}  // namespace sigdel::traces
