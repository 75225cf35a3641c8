import Testing
import VidimusJOSE

@testable import VidimusIdentity
@testable import VidimusServer

@Suite("Settings")
struct SettingsTests {
    private func read(
        flags: [String: String] = [:], environment: [String: String] = [:], file: String? = nil
    ) throws -> SettingsSources {
        try SettingsSources(
            flags: flags, environment: environment, file: file.map { ("vidimus.json", Array($0.utf8)) })
    }

    private func refusal(
        flags: [String: String] = [:], environment: [String: String] = [:], file: String? = nil
    ) -> String? {
        do {
            _ = try read(flags: flags, environment: environment, file: file)
            return nil
        } catch { return "\(error)" }
    }

    @Test("A flag is over a variable, over the file, over the default, and each says where it came from")
    func precedence() throws {
        let file = #"{"port": 1, "host": "127.0.0.2", "audience": "file"}"#
        let environment = ["VIDIMUS_PORT": "2", "VIDIMUS_HOST": "127.0.0.3", "PATH": "/bin", "PORT": "9"]
        let sources = try read(flags: ["port": "3"], environment: environment, file: file)
        #expect(sources.settings.port == 3)
        #expect(sources.settings.host == "127.0.0.3")
        #expect(sources.settings.audience == "file")
        #expect(sources.settings.sessions.accessLifetime == .seconds(900))
        #expect(sources.origins == ["port": "flag", "host": "environment", "audience": "file"])
    }

    @Test("The defaults are the documented ones")
    func defaults() throws {
        let settings = try read().settings
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 8080)
        #expect(settings.issuer == "http://localhost:8080")
        #expect(settings.audience == settings.issuer)
        #expect(settings.database == "sqlite:./data/vidimus.db")
        #expect(settings.keys.algorithm == .es256)
        #expect(settings.hashCost == HashCost(memory: 19_456, iterations: 2, parallelism: 1))
    }

    @Test(
        "A name that is no setting is refused by name, with the nearest one that is",
        arguments: [
            (#"{"prot": 1}"#, "vidimus.json: prot is not a setting; did you mean port?"),
            (
                #"{"acces_lifetime": "1m"}"#,
                "vidimus.json: acces_lifetime is not a setting; did you mean access_lifetime?"
            ),
            (#"{"zzzzzzzz": 1}"#, "vidimus.json: zzzzzzzz is not a setting"),
            (#"{"Port": 1}"#, "vidimus.json: Port is not a setting; did you mean port?"),
        ])
    func unknownName(file: String, sentence: String) { #expect(refusal(file: file) == sentence) }

    @Test("A variable of our prefix that is no setting is told, not refused")
    func unknownVariable() throws {
        let sources = try read(environment: ["VIDIMUS_PROT": "1"])
        #expect(
            sources.warnings == [
                "VIDIMUS_PROT is not a setting of ours and was ignored; did you mean VIDIMUS_PORT?"
            ])
    }

    @Test(
        "A malformed value is refused by its name, wherever it stands",
        arguments: [
            ("port", "http"), ("port", "65536"), ("port", "-1"), ("port", ""), ("port", "80 "),
            ("port", "8e3"),
            ("issuer", "localhost:8080"), ("issuer", "http://localhost:8080/"), ("issuer", "ftp://x"),
            ("issuer", "https://x?y"), ("issuer", "https://user@x"), ("algorithm", "none"),
            ("algorithm", "es256"),
            ("access_lifetime", "0s"), ("access_lifetime", "25h"), ("access_lifetime", "15 m"),
            ("access_lifetime", "m"),
            ("access_lifetime", "99999999999999999999s"), ("access_lifetime", "-1s"),
            ("access_lifetime", "1.5h"),
            ("refresh_grace", "301s"), ("hash_memory", "4"), ("hash_iterations", "0"), ("hash_threads", "0"),
            ("limit_account", "20"), ("limit_account", "0/60s"), ("limit_account", "20/0s"),
            ("limit_account", "a/b"),
            ("trusted_proxies", "10.0.0.0/33"), ("trusted_proxies", "example.com"),
            ("token_header", "Authorization"),
            ("token_header", "cookie"), ("token_header", "x y"), ("sign_up", "yes"), ("set_up_link", "log"),
            ("log_level", "verbose"), ("connections", "0"), ("key_period", "1ms"), ("cors_origins", "*"),
            ("cors_origins", "https://*.example.com"), ("cors_origins", "https://a.example/"),
            ("cors_origins", "https://a.example/b"), ("cors_origins", "https://A.example"),
            ("cors_origins", "https://a.example:443"), ("cors_origins", "http://a.example:80"),
            ("cors_origins", "a.example"), ("cors_origins", "null"),
        ])
    func malformed(name: String, value: String) throws {
        let setting = try #require(SettingsTable.all.first { $0.name == name })
        let flag = try #require(refusal(flags: [name: value]))
        #expect(flag.hasPrefix("\(setting.flag): '\(value)' is not "))
        let variable = try #require(refusal(environment: [setting.variable: value]))
        #expect(variable.hasPrefix("\(setting.variable): '\(value)' is not "))
        let file = try #require(refusal(file: JSON.object([.init(name, .string(value))]).text))
        #expect(file.hasPrefix("vidimus.json: \(name): '\(value)' is not "))
    }

    @Test(
        "A file that is not one JSON object of plain values is refused",
        arguments: [
            "", "[]", "{", #"{"port": 1, "port": 2}"#, #"{"port": {}}"#, #"{"port": null}"#,
            #"{"port": 1.5}"#,
            #"{"port": true}"#, #"{"trusted_proxies": [1]}"#,
        ])
    func malformedFile(file: String) {
        let sentence = refusal(file: file)
        #expect(sentence?.hasPrefix("vidimus.json: ") == true, "\(sentence ?? "accepted")")
    }

    @Test("A file may write numbers as numbers and ranges as an array")
    func file() throws {
        let settings = try read(
            file: #"{"port": 81, "trusted_proxies": ["10.0.0.0/8", "::1"], "sign_up": "closed"}"#
        ).settings
        #expect(settings.port == 81)
        #expect(settings.trustedProxies.count == 2)
        #expect(!settings.isSignUpOpen)
    }

    @Test("A secret is shown nowhere: neither in force nor in a refusal")
    func secrets() throws {
        let secret = "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
        let sources = try read(environment: ["VIDIMUS_MASTER_KEY": secret])
        #expect(sources.settings.masterKey == secret)
        for setting in SettingsTable.all { #expect(!setting.show(sources.settings).contains("AAECAw")) }
        let wrong = refusal(file: #"{"master_key": 7}"#) ?? ""
        #expect(!wrong.contains("7"))
        #expect(throws: MasterKeys.Malformed.self) { try MasterKeys(parsing: "1:topsecret") }
        do { _ = try MasterKeys(parsing: "1:topsecret") } catch {
            #expect(!error.description.contains("topsecret"))
        }
    }

    @Test(
        "What cannot work together is refused by name",
        arguments: [
            (["issuer": "http://id.example.com"], "issuer: "), (["host": "0.0.0.0"], "issuer: "),
            (["host": "0.0.0.0", "issuer": "http://localhost:8080"], "issuer: "),
            (["host": "::", "issuer": "http://[::1]:8080"], "issuer: "),
            (["tls_certificate": "a.pem"], "tls_key: is missing"),
            (["tls_key": "a.pem"], "tls_certificate: is missing"),
            (
                ["tls_certificate": "a", "tls_key": "b", "issuer": "http://localhost:8080"],
                "issuer: http://localhost:8080 is not https, but the server speaks TLS"
            ),
            (["key_period": "500s"], "key_period: "), (["idle_lifetime": "91d"], "idle_lifetime: "),
        ])
    func contradictions(flags: [String: String], start: String) throws {
        let sentence = try #require(refusal(flags: flags))
        #expect(sentence.hasPrefix(start))
    }

    @Test(
        "What works together is taken",
        arguments: [
            ["host": "0.0.0.0", "issuer": "https://id.example.com"],
            ["host": "::1", "issuer": "http://[::1]:8080"],
            ["host": "127.0.0.5"], ["issuer": "https://example.com/tenant/a"], ["refresh_grace": "0s"],
            ["host": "0.0.0.0", "tls_certificate": "a", "tls_key": "b"],
            ["tls_certificate": "a", "tls_key": "b", "issuer": "https://id.example.com"],
            ["tls_certificate": "", "tls_key": ""], ["cors_origins": ""],
            ["cors_origins": "https://a.example, http://localhost:3000"],
            ["token_header": ""], ["trusted_proxies": ""], ["access_lifetime": "500ms"],
        ])
    func fine(flags: [String: String]) { #expect(refusal(flags: flags) == nil) }

    @Test("Every setting reads back what it shows", arguments: SettingsTable.all.map(\.name))
    func roundTrip(name: String) throws {
        let setting = try #require(SettingsTable.all.first { $0.name == name })
        guard !setting.isSecret, setting.show(Settings()) != "" else { return }
        var settings = Settings()
        try setting.read(setting.show(settings), &settings)
        #expect(setting.show(settings) == setting.show(Settings()))
        #expect(!setting.summary.isEmpty)
    }
}

extension JSON {
    fileprivate var text: String { String(decoding: encoded(), as: UTF8.self) }
}
