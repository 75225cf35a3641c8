import ArgumentParser
import VidimusGuard
import VidimusIdentity
import VidimusJOSE
import VidimusServer

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check configuration, database, keys and clock.",
        discussion: "Changes nothing. Exits 1 when something is wrong.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var server: ServerOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let sources = try place.load(server.flags)
        let checkup = Checkup(settings: sources.settings)
        let checks = await checkup.run() + checkup.certificate()
        if json {
            Console.json([
                "settings": .object(SettingsTable.all.map { .init($0.name, settingJSON($0, sources)) }),
                "checks": .array(checks.map(\.json)),
            ])
        } else {
            Console.table(
                ["SETTING", "VALUE", "FROM"],
                SettingsTable.all.map {
                    [$0.name, $0.show(sources.settings), sources.origins[$0.name] ?? "default"]
                })
            Console.line("")
            for check in checks { Console.line("\(check.verdict.mark) \(check.name): \(check.finding)") }
        }
        if checks.contains(where: { $0.verdict == .wrong }) { throw ExitCode.failure }
    }

    private func settingJSON(_ setting: Setting, _ sources: SettingsSources) -> JSON {
        [
            "value": .string(setting.show(sources.settings)),
            "from": .string(sources.origins[setting.name] ?? "default"),
        ]
    }
}

/// One thing looked at, and what was found.
struct Check {
    enum Verdict: String {
        case fine
        case odd
        case wrong

        var mark: String {
            switch self {
            case .fine: "ok  "
            case .odd: "odd "
            case .wrong: "BAD "
            }
        }
    }

    let name: String
    let verdict: Verdict
    let finding: String

    var json: JSON {
        ["check": .string(name), "verdict": .string(verdict.rawValue), "finding": .string(finding)]
    }
}

/// Looks at an installation without changing it.
struct Checkup {
    let settings: Settings

    func run() async -> [Check] {
        do {
            let path = try Services.databasePath(settings)
            guard DataFolder.exists(path) else {
                return [
                    Check(
                        name: "database", verdict: .odd,
                        finding: "\(path) is not there yet; `vidimus serve` makes it")
                ]
            }
            let services = try await Services.open(settings, .inspection)
            let checks = try await [
                Check(name: "database", verdict: .fine, finding: "opens, schema is current, master key fits"),
                keys(services), administrators(services), clock(services),
            ]
            await services.close()
            return checks
        } catch {
            return [Check(name: "database", verdict: .wrong, finding: "\(error)")]
        }
    }

    /// Nothing to say when TLS is not done here.
    func certificate() -> [Check] {
        guard let files = settings.certificateFiles else { return [] }
        do {
            let until = try files.read().validUntil
            let left = until.duration(since: Timestamp.systemClock())
            return [
                Check(
                    name: "certificate",
                    verdict: left <= .zero ? .wrong : left < .seconds(14 * 86_400) ? .odd : .fine,
                    finding: "is good until \(until.rfc3339) and fits its key")
            ]
        } catch {
            return [Check(name: "certificate", verdict: .wrong, finding: "\(error)")]
        }
    }

    private func keys(_ services: Services) async throws -> Check {
        let records = try await services.keys.records()
        guard let active = records.first(where: { $0.state == .active }) else {
            return Check(name: "keys", verdict: .odd, finding: "no key signs yet; `vidimus serve` makes one")
        }
        let age = services.now().duration(since: active.activatedAt ?? active.announcedAt)
        let days = Int(age / .seconds(86_400))
        let isLate = age > settings.keys.period + .seconds(3600)
        return Check(
            name: "keys", verdict: isLate ? .wrong : .fine,
            finding: "\(active.algorithm.rawValue) key \(active.id) has signed for \(days) days"
                + (isLate ? ", longer than key_period; is a server running?" : ""))
    }

    private func administrators(_ services: Services) async throws -> Check {
        let isThere = try await services.accounts.hasAdministrator()
        return Check(
            name: "administrator", verdict: isThere ? .fine : .odd,
            finding: isThere
                ? "there is one" : "there is none; use the set-up link or `vidimus user create --role admin`")
    }

    /// Nothing stored can be from the future, unless a clock was wrong then or is wrong now.
    private func clock(_ services: Services) async throws -> Check {
        let now = services.now()
        guard let latest = try await services.keys.latestChange(), latest > now + .seconds(60) else {
            return Check(name: "clock", verdict: .fine, finding: "\(now.rfc3339), not behind the database")
        }
        return Check(
            name: "clock", verdict: .wrong,
            finding:
                "it is \(now.rfc3339) here, but the database was changed at \(latest.rfc3339); set the clock")
    }
}
