// swift-tools-version: 6.2
import PackageDescription

// A warning in our own targets is an error, but only to the compiler this was written with: what a newer one
// warns of must not keep anybody from starting the server. VIDIMUS_WARNINGS=allow is for the middle of an edit.
#if compiler(<6.4)
    let warnings: [SwiftSetting] =
        Context.environment["VIDIMUS_WARNINGS"] == "allow" ? [] : [.treatAllWarnings(as: .error)]
#else
    let warnings: [SwiftSetting] = []
#endif

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + warnings

func wall(_ folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: "Vidimus\(folder)", dependencies: dependencies, path: "Sources/\(folder)",
        swiftSettings: settings)
}

func tests(_ folder: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(folder)Tests", dependencies: dependencies, path: "Tests/\(folder)", exclude: exclude,
        swiftSettings: settings)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let hummingbirdHTTP2 = Target.Dependency.product(name: "HummingbirdHTTP2", package: "hummingbird")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "vidimus",
    products: [
        .library(name: "VidimusJOSE", targets: ["VidimusJOSE"]),
        .library(name: "VidimusStatusList", targets: ["VidimusStatusList"]),
        .library(name: "VidimusGuard", targets: ["VidimusGuard"]),
        .library(name: "VidimusGuardRemote", targets: ["VidimusGuardRemote"]),
        .library(name: "VidimusGuardHummingbird", targets: ["VidimusGuardHummingbird"]),
        .executable(name: "vidimus", targets: ["vidimus"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        .systemLibrary(
            name: "CArgon2", path: "Sources/CArgon2", pkgConfig: "libargon2",
            providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(
            name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        wall("JOSE", [crypto, cryptoExtras, asn1, x509, "CZlib"]),
        wall("StatusList", ["VidimusJOSE"]),
        wall("Database", [grdb]),
        wall(
            "Identity", ["VidimusJOSE", "VidimusStatusList", "VidimusDatabase", "CArgon2", crypto, nioPosix]),
        wall("Guard", ["VidimusJOSE", "VidimusStatusList"]),
        wall(
            "GuardRemote",
            [
                "VidimusGuard", "VidimusStatusList", "VidimusJOSE", httpClient, httpTypes, lifecycle, log,
                metrics,
                nioCore, nioHTTP1,
            ]),
        wall("GuardHummingbird", ["VidimusGuard", "VidimusJOSE", hummingbird, httpTypes, log]),
        wall(
            "Server",
            [
                "VidimusIdentity", "VidimusGuardHummingbird", "VidimusGuard", "VidimusJOSE",
                "VidimusStatusList", "VidimusDatabase", crypto, hummingbird, hummingbirdCore, httpTypes, log,
                lifecycle, metrics, nioCore, nioPosix, nioHTTPTypes, hummingbirdHTTP2, nioSSL, nioTLS,
            ]),
        .executableTarget(
            name: "vidimus",
            dependencies: [
                "VidimusServer", "VidimusIdentity", "VidimusDatabase", "VidimusGuard", "VidimusJOSE",
                arguments, log, lifecycle, signals, httpClient, nioCore, nioHTTP1,
            ],
            path: "Sources/CLI", swiftSettings: settings),
        .target(name: "Spawning", path: "Tests/Spawning", swiftSettings: settings),
        tests("JOSE", ["VidimusJOSE", "Spawning", crypto]),
        tests("StatusList", ["VidimusStatusList", "VidimusJOSE"]),
        tests("Guard", ["VidimusGuard", "VidimusStatusList", "VidimusJOSE"]),
        tests(
            "GuardRemote",
            [
                "VidimusGuardRemote", "VidimusGuard", "VidimusStatusList", "VidimusJOSE", hummingbird,
                httpTypes,
                metrics, nioCore, log,
            ]),
        tests(
            "GuardHummingbird",
            [
                "VidimusGuardHummingbird", "VidimusGuardRemote", "VidimusGuard", "VidimusStatusList",
                "VidimusJOSE", hummingbird,
                hummingbirdTesting, httpTypes, nioCore,
            ]),
        tests(
            "Database", ["Spawning", "VidimusDatabase", grdb],
            exclude: ["PostgreSQL/schema.sql", "PostgreSQL/prepare.sh", "Golden"]),
        tests(
            "Identity",
            [
                "VidimusIdentity", "VidimusDatabase", "VidimusStatusList", "VidimusJOSE", nioPosix, crypto,
                grdb,
            ]),
        tests(
            "Server",
            [
                "VidimusServer", "VidimusIdentity", "VidimusDatabase", "VidimusGuard",
                "VidimusGuardHummingbird",
                "VidimusStatusList", "VidimusJOSE", hummingbird, hummingbirdTesting, httpTypes, nioCore, log,
                metrics,
            ]),
        tests(
            "EndToEnd",
            ["vidimus", "VidimusGuardRemote", "VidimusGuard", "VidimusJOSE", httpClient, nioCore, nioHTTP1]),
    ]
)
