import Foundation

/// One run of a measuring program: its arguments, its scratch folder, and the page that it writes.
package enum Run {
    /// Measures, prints what came of it, and takes the scratch folder away again, whatever happens.
    ///
    /// `[--page FILE] [SECTION…]`; `QUICK=1` is for seeing that it works. A debug build refuses.
    package static func main(
        _ name: String,
        _ measure: (_ setting: Setting, _ sections: [String], _ page: MarkedPage?) async throws -> String
    ) async {
        #if DEBUG
            note(
                "a debug build is many times slower than what is shipped: build with --configuration release")
            exit(1)
        #else
            var sections = Array(CommandLine.arguments.dropFirst())
            var page: MarkedPage?
            if let flag = sections.firstIndex(of: "--page"), sections.indices.contains(flag + 1) {
                page = MarkedPage(sections[flag + 1])
                sections.removeSubrange(flag...flag + 1)
            }
            let programs = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
                .deletingLastPathComponent()
            let scratch = FileManager.default.temporaryDirectory.appending(
                path: "vidimus-\(name)-\(getpid())")
            Leftovers.add(folder: scratch.path())
            Leftovers.clearWhenStopped()
            let setting = Setting(
                programs: programs.path(), scratch: scratch.path(),
                isQuick: ProcessInfo.processInfo.environment["QUICK"] != nil)
            do {
                print(try await measure(setting, sections, page))
                Leftovers.clear()
            } catch {
                note("\(error)")
                Leftovers.clear()
                exit(1)
            }
        #endif
    }
}
