// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who uses Vidimus fetches what it is compared with.
let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "vidimus", path: ".."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
    ],
    targets: [
        .target(name: "CBare"),
        .executableTarget(
            name: "Tokens",
            dependencies: [
                "CBare", .product(name: "VidimusJOSE", package: "vidimus"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
            ]),
    ]
)
