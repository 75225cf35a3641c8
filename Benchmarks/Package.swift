// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func ours(_ product: String) -> Target.Dependency { .product(name: product, package: "vidimus") }
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

// A package of its own, so that nobody who uses Vidimus fetches what it is compared with.
let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "vidimus", path: ".."),
        // As the parent has them, so that what is measured is what is shipped.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
    ],
    targets: [
        .target(name: "CBare"),
        .executableTarget(
            name: "Tokens",
            dependencies: [
                "CBare", ours("VidimusJOSE"), ours("VidimusGuard"), ours("VidimusStatusList"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
            ]),
        // The seam is not public, so the benchmark compiles the same files once more (a link in Sources).
        .target(name: "ServerDatabase", dependencies: [grdb], swiftSettings: settings),
        .systemLibrary(name: "ServerSystem", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // Without pkg-config, which names a macro that SwiftPM warns of and we do not need.
        .systemLibrary(name: "CRedis", providers: [.apt(["libhiredis-dev"])]),
        .target(
            name: "Measuring", dependencies: ["ServerDatabase", "ServerSystem"], swiftSettings: settings),
        .executableTarget(
            name: "ServerGuarded",
            dependencies: [
                ours("VidimusGuardHummingbird"), ours("VidimusGuard"), ours("VidimusStatusList"),
                ours("VidimusJOSE"), hummingbird,
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "GuardService",
            dependencies: [
                ours("VidimusGuardHummingbird"), ours("VidimusGuardRemote"), ours("VidimusGuard"),
                hummingbird,
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "ServerBenchmark", dependencies: ["Measuring", "ServerDatabase", "ServerSystem"],
            path: "Sources/Server", swiftSettings: settings),
        .executableTarget(name: "Promise", dependencies: ["Measuring"], swiftSettings: settings),
        .executableTarget(
            name: "Compare",
            dependencies: [
                "Measuring", "CPostgreSQL", "CRedis", ours("VidimusJOSE"), hummingbird, grdb,
            ],
            swiftSettings: settings),
    ]
)
