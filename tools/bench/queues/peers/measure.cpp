#include "measure.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace measure {

namespace {

constexpr char usage[] =
    "usage: --list | --queue NAME --operation NAME --bytes 8|64 --count N [--repeat R]\n"
    "Measures one operation N times and prints a JSON object, R times with the run that a quarter of all was faster\n"
    "than; --list prints what there is.\n";

int refuse(const char *program, const std::string &message) {
    std::fprintf(stderr, "%s: %s\n%s", program, message.c_str(), usage);
    return 2;
}

}  // namespace

int Table::list() const {
    for (const Entry &entry : entries)
        std::printf("{\"queue\": \"%s\", \"operation\": \"%s\", \"bytes\": %u}\n", entry.queue.c_str(),
                    entry.operation.c_str(), entry.bytes);
    return 0;
}

int Table::main(int count, char **arguments) const {
    std::string queue, operation;
    unsigned long bytes = 0, messages = 0, repeats = 1;
    for (int index = 1; index < count; ++index) {
        const std::string name = arguments[index];
        if (name == "--list") return list();
        if (index + 1 == count) return refuse(arguments[0], name + ": unknown, or without its value");
        const char *value = arguments[++index];
        if (name == "--queue") queue = value;
        else if (name == "--operation") operation = value;
        else if (name == "--bytes") bytes = std::strtoul(value, nullptr, 10);
        else if (name == "--count") messages = std::strtoul(value, nullptr, 10);
        else if (name == "--repeat") repeats = std::strtoul(value, nullptr, 10);
        else return refuse(arguments[0], name + ": unknown");
    }
    if (messages == 0 || repeats == 0)
        return refuse(arguments[0], "--count, --repeat: expected a number above 0");
    for (const Entry &entry : entries) {
        if (entry.queue != queue || entry.operation != operation || entry.bytes != bytes) continue;
        std::vector<double> seconds;
        for (unsigned long repeat = 0; repeat < repeats; ++repeat) {
            const Result result = entry.body(messages);
            if (result.sum != result.expected) {
                std::fprintf(stderr, "%s: %s %s: the sum of the messages is wrong\n", arguments[0], queue.c_str(),
                             operation.c_str());
                return 1;
            }
            seconds.push_back(result.seconds);
        }
        std::sort(seconds.begin(), seconds.end());
        std::printf("{\"queue\": \"%s\", \"operation\": \"%s\", \"bytes\": %lu, \"count\": %lu, \"seconds\": %.9f}\n",
                    queue.c_str(), operation.c_str(), bytes, messages, seconds[repeats / 4]);
        return 0;
    }
    return refuse(arguments[0], "there is no " + queue + " with " + operation + " at these bytes; see --list");
}

}  // namespace measure
