#include "measure.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace measure {

namespace {

constexpr char usage[] =
    "usage: --list | --name NAME --operation NAME --size N --count N [--repeat R]\n"
    "Measures one operation N times and prints a JSON object, R times with the run that a quarter of all was faster\n"
    "than; --list prints what there is.\n";

int refuse(const char *program, const std::string &message) {
    std::fprintf(stderr, "%s: %s\n%s", program, message.c_str(), usage);
    return 2;
}

}  // namespace

int Table::list() const {
    for (const Entry &entry : entries)
        std::printf("{\"name\": \"%s\", \"operation\": \"%s\", \"size\": %u}\n", entry.name.c_str(),
                    entry.operation.c_str(), entry.size);
    return 0;
}

int Table::main(int count, char **arguments) const {
    std::string name, operation;
    unsigned long size = 0, operations = 0, repeats = 1;
    for (int index = 1; index < count; ++index) {
        const std::string option = arguments[index];
        if (option == "--list") return list();
        if (index + 1 == count) return refuse(arguments[0], option + ": unknown, or without its value");
        const char *value = arguments[++index];
        if (option == "--name") name = value;
        else if (option == "--operation") operation = value;
        else if (option == "--size") size = std::strtoul(value, nullptr, 10);
        else if (option == "--count") operations = std::strtoul(value, nullptr, 10);
        else if (option == "--repeat") repeats = std::strtoul(value, nullptr, 10);
        else return refuse(arguments[0], option + ": unknown");
    }
    if (operations == 0 || repeats == 0)
        return refuse(arguments[0], "--count, --repeat: expected a number above 0");
    for (const Entry &entry : entries) {
        if (entry.name != name || entry.operation != operation || entry.size != size) continue;
        std::vector<double> seconds;
        for (unsigned long repeat = 0; repeat < repeats; ++repeat) {
            const Result result = entry.body(operations);
            if (result.sum != result.expected) {
                std::fprintf(stderr, "%s: %s %s: what came out is not what went in\n", arguments[0], name.c_str(),
                             operation.c_str());
                return 1;
            }
            seconds.push_back(result.seconds);
        }
        std::sort(seconds.begin(), seconds.end());
        std::printf("{\"name\": \"%s\", \"operation\": \"%s\", \"size\": %lu, \"count\": %lu, \"seconds\": %.9f}\n",
                    name.c_str(), operation.c_str(), size, operations, seconds[repeats / 4]);
        return 0;
    }
    return refuse(arguments[0], "there is no " + name + " with " + operation + " of this size; see --list");
}

}  // namespace measure
