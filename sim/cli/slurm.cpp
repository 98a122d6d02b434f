#include "sim/cli/slurm.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "models/base/errors.hpp"
#include "sim/cli/run_program.hpp"

namespace sigdel::cli {
namespace {

namespace fs = std::filesystem;

/// A word as the shell takes it literally.
std::string in_quotes(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) {
    quoted += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return quoted + "'";
}

std::string with_task_number(std::string word) {
  constexpr std::string_view kMark = "{task}";
  word = in_quotes(word);
  for (std::size_t place = word.find(kMark); place != std::string::npos; place = word.find(kMark, place)) {
    word.replace(place, kMark.size(), "'\"$SLURM_ARRAY_TASK_ID\"'");
  }
  return word;
}

/// "1-4,7,9-10".
std::string task_numbers(const std::vector<std::size_t>& tasks) {
  std::string text;
  for (std::size_t begin = 0; begin < tasks.size();) {
    std::size_t end = begin + 1;
    while (end < tasks.size() && tasks[end] == tasks[end - 1] + 1) {
      ++end;
    }
    text += fmt::format("{}{}", text.empty() ? "" : ",", tasks[begin]);
    text += end - begin > 1 ? fmt::format("-{}", tasks[end - 1]) : "";
    begin = end;
  }
  return text;
}

void write_script(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) {
    fail("{}: {}", path, std::strerror(errno));
  }
}

std::string sbatch(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{"sbatch", "--parsable"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const ProgramEnd end = run_program(command, "",
                                     "Slurm's commands are in Debian's package slurm-client; other engines "
                                     "can start `sigdel sweep FILE --shard i/n` themselves");
  std::string output = end.output.substr(0, end.output.find_last_not_of(" \n") + 1);
  if (end.exit_code != 0) {
    fail("sbatch refused ({}): {}\n  it was called with: {}", end.exit_code, output, fmt::join(command, " "));
  }
  return output.substr(0, output.find(';'));  // job number; cluster
}

}  // namespace

std::string slurm_script(const std::vector<std::string>& command) {
  std::string text = "#!/bin/sh\nexec";
  for (const std::string& word : command) {
    text += " " + with_task_number(word);
  }
  return text + "\n";
}

SlurmJobs submit(const SlurmWork& work) {
  std::error_code error;
  fs::create_directories(work.folder, error);
  if (error) {
    fail("{}: {}", work.folder, error.message());
  }
  const std::string folder = fs::absolute(work.folder).lexically_normal().string();
  write_script(folder + "/task.sh", slurm_script(work.task));
  write_script(folder + "/last.sh", slurm_script(work.last));
  const auto submit_script = [&](const std::string& script, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--requeue", "--open-mode=append"});
    arguments.insert(arguments.end(), work.options.begin(), work.options.end());
    arguments.push_back(folder + script);
    return sbatch(arguments);
  };
  const std::string name = "--job-name=" + work.name;
  SlurmJobs jobs;
  jobs.array = submit_script(
      "/task.sh", {name, "--array=" + task_numbers(work.tasks), fmt::format("--output={}/task-%a.log", folder)});
  jobs.last = submit_script("/last.sh",
                            {name, "--dependency=afterany:" + jobs.array, fmt::format("--output={}/last.log", folder)});
  return jobs;
}

}  // namespace sigdel::cli
