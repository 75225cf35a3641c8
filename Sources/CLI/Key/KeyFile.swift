import ArgumentParser
import Glibc
import VidimusJOSE

/// Files with keys: read whole and bounded, written so that nobody else reads a private one.
enum KeyFile {
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// The bytes of a file, or of standard input for "-".
    static func read(_ path: String) throws(Refused) -> [UInt8] {
        let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw Refused(description: "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        defer { if path != "-" { close(file) } }
        if path == "-" { Console.announceInput("a key") }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= KeyDocument.maximumBytes {
            let count = part.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            guard count >= 0 else {
                throw Refused(description: "cannot read \(path): \(String(cString: strerror(errno)))")
            }
            guard count > 0 || !bytes.isEmpty else {
                throw Refused(description: path == "-" ? "standard input is empty" : "\(path) is empty")
            }
            if count == 0 { return bytes }
            bytes += part.prefix(count)
        }
        throw Refused(description: "\(path) has more than \(KeyDocument.maximumBytes) bytes: that is no key")
    }

    /// The bytes of a file, or the end of the command with the reason.
    static func bytes(of path: String) throws -> [UInt8] {
        do {
            return try read(path)
        } catch {
            throw Console.failure("\(error)")
        }
    }

    /// Whether somebody else on this machine may read a file.
    static func isOpenToOthers(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o077 != 0
    }

    /// Whether a text begins as a JSON object does; no other form of key begins so.
    static func isJSON(_ bytes: [UInt8]) -> Bool {
        bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
    }

    /// The first line of a file; empty if the line is.
    static func line(of path: String) throws(Refused) -> String {
        let text = String(decoding: try read(path), as: UTF8.self)
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).first.map(
            String.init) ?? ""
    }

    /// The keys of a document, opened by the passphrase in a file if there is one.
    static func document(_ bytes: [UInt8], passphraseFile: String?) throws -> KeyDocument {
        var passphrase: String?
        if let passphraseFile { passphrase = try line(of: passphraseFile) }
        do {
            return try KeyDocument(bytes, passphrase: passphrase)
        } catch {
            guard error.code == .passphraseRequired else { throw error }
            throw Refused(description: "\(error); give --passphrase-file FILE")
        }
    }

    /// Writes a new file, 0600 for a private key; an old one only if asked to.
    static func write(_ text: String, to path: String, isPrivate: Bool, force: Bool) throws(Refused) {
        let mode: mode_t = isPrivate ? 0o600 : 0o644
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (force ? O_NOFOLLOW : O_EXCL), mode)
        guard file >= 0 else {
            throw Refused(
                description: errno == EEXIST
                    ? "\(path) is there already; --force writes over it"
                    : "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        // The mode before the content: an old file may have been open to others.
        guard !isPrivate || fchmod(file, mode) == 0, ftruncate(file, 0) == 0 else {
            throw Refused(description: "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                throw Refused(description: "cannot write \(path): \(String(cString: strerror(errno)))")
            }
            rest = rest.dropFirst(count)
        }
    }
}

/// The passphrase that may open a key. It is never the value of a flag.
struct PassphraseInput: ParsableArguments {
    @Option(help: ArgumentHelp("File whose first line is the passphrase.", valueName: "file"))
    var passphraseFile: String?
    @Flag(help: "The first line of standard input is the passphrase.") var passphraseStdin = false

    func validate() throws {
        if passphraseStdin, passphraseFile != nil {
            throw ValidationError("Give --passphrase-file or --passphrase-stdin, not both.")
        }
    }

    /// Reads the keys of a file, or of standard input for "-".
    func document(of path: String) throws -> KeyDocument {
        if passphraseStdin, path == "-" {
            throw ValidationError("Standard input cannot be both the key and its passphrase; give a file.")
        }
        return try document(in: KeyFile.bytes(of: path))
    }

    /// The keys of a file that was read.
    func document(in bytes: [UInt8]) throws -> KeyDocument {
        do {
            let given = try passphrase()
            let read = Result { () throws(JOSEError) in try KeyDocument(bytes, passphrase: given) }
            guard case .failure(let error) = read, error.code == .passphraseRequired else {
                return try read.get()
            }
            guard let asked = SecretInput.prompt("Passphrase: ") else {
                throw KeyFile.Refused(
                    description: "\(error); give --passphrase-file FILE or --passphrase-stdin")
            }
            return try KeyDocument(bytes, passphrase: asked)
        } catch {
            throw Console.failure("\(error)")
        }
    }

    private func passphrase() throws -> String? {
        if passphraseStdin { return SecretInput.line() ?? "" }
        guard let passphraseFile else { return nil }
        return try KeyFile.line(of: passphraseFile)
    }
}

/// Where the key comes from.
struct KeyInput: ParsableArguments {
    @Option(
        name: .customLong("in"),
        help: ArgumentHelp("File with the key; '-' is standard input.", valueName: "file"))
    var input = "-"
    @OptionGroup var passphrase: PassphraseInput

    func validate() throws {
        if passphrase.passphraseStdin, input == "-" {
            throw ValidationError("Standard input cannot be both the key and its passphrase; give --in FILE.")
        }
    }

    func document() throws -> KeyDocument { try passphrase.document(of: input) }
}

/// Where a key goes.
struct KeyOutput: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "File to write, 0600 for a private key; without it, standard output.", valueName: "file"))
    var out: String?
    @Flag(help: "Write over a file that is there.") var force = false

    func write(_ text: String, isPrivate: Bool) throws {
        let text = text.hasSuffix("\n") ? text : text + "\n"
        guard let out else { return Console.line(String(text.dropLast())) }
        do {
            try KeyFile.write(text, to: out, isPrivate: isPrivate, force: force)
        } catch {
            throw Console.failure("\(error)")
        }
    }
}
