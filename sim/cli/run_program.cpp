#include "sim/cli/run_program.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace sigdel::cli {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using TemporaryFile = std::unique_ptr<std::FILE, Close>;

/// A file without a name: no pipe that could fill up while nobody reads.
TemporaryFile temporary_file(const std::string& content) {
  TemporaryFile file(std::tmpfile());
  if (!file || std::fwrite(content.data(), 1, content.size(), file.get()) != content.size() ||
      std::fflush(file.get()) != 0) {
    throw std::system_error(errno, std::generic_category(), "temporary file");
  }
  std::rewind(file.get());
  return file;
}

std::string content_of(std::FILE* file) {
  std::rewind(file);
  std::string text;
  char chunk[4096];
  while (const std::size_t size = std::fread(chunk, 1, sizeof chunk, file)) {
    text.append(chunk, size);
  }
  return text;
}

pid_t start(const std::vector<std::string>& command, int in, int out, const std::string& hint) {
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
  pid_t child = -1;
  const int error = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) {
    throw NoProgram(fmt::format("{}: there is no such program; {}", command[0], hint));
  }
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), command[0]);
  }
  return child;
}

}  // namespace

ProgramEnd run_program(const std::vector<std::string>& command, const std::string& input, const std::string& hint) {
  const TemporaryFile in = temporary_file(input);
  const TemporaryFile out = temporary_file("");
  const pid_t child = start(command, fileno(in.get()), fileno(out.get()), hint);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), command[0]);
    }
  }
  constexpr int kSignalled = 128;
  return {WIFSIGNALED(status) ? kSignalled + WTERMSIG(status) : WEXITSTATUS(status), content_of(out.get())};
}

}  // namespace sigdel::cli
