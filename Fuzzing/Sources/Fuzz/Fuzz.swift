/// The driver of libFuzzer; its own flags follow the name of what is fuzzed.
@_extern(c, "LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ call: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// `Fuzz NAME [libFuzzer's flags] CORPUS…`, NAME one of ``FuzzEntry``.
@main
enum Fuzz {
    nonisolated(unsafe) static var entry = FuzzEntry.tokens

    static func main() {
        guard CommandLine.arguments.count > 1, let entry = FuzzEntry(rawValue: CommandLine.arguments[1])
        else {
            print("usage: Fuzz \(FuzzEntry.allCases.map(\.rawValue).joined(separator: "|")) [flags] CORPUS")
            return
        }
        Self.entry = entry
        // The name is taken out; libFuzzer sees the rest.
        var arguments = CommandLine.unsafeArgv
        arguments[1] = arguments[0]
        arguments += 1
        var count = CommandLine.argc - 1
        _ = runDriver(&count, &arguments) { bytes, count in
            if let complaint = Fuzz.entry.run(Array(UnsafeBufferPointer(start: bytes, count: count))) {
                fatalError(complaint)
            }
            return 0
        }
    }
}
