using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Curfew.System.Tests.Cluster;
using Curfew.System.Tests.History;

namespace Curfew.System.Tests.Soak;

/// <summary>
/// Who signs the tokens of a soak, as identity providers whose clocks are right: the service's own issuer, which the operators are
/// of and nobody cuts off, and two partners whom operators do cut off.
/// </summary>
internal sealed class SoakIssuers(string dataDirectory)
{
    public const string Own = DevTokens.Issuer;

    /// <summary>Cut off as of an instant that is given: its later tokens are never refused for that.</summary>
    public const string Exact = "partner-exact";

    /// <summary>Cut off "now", by the clock of the service: its next tokens may be refused, too.</summary>
    public const string Now = "partner-now";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, byte[]> _keys = new()
    {
        [Exact] = RandomNumberGenerator.GetBytes(32),
        [Now] = RandomNumberGenerator.GetBytes(32),
    };

    /// <summary>What an API node is told of them.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("Curfew:Admin:Issuers:0", Own),
        .. ((string[])[Exact, Now]).SelectMany((issuer, i) => ((string, string)[])
        [
            ($"Authentication:Schemes:Bearer:ValidIssuers:{i}", issuer),
            ($"Authentication:Schemes:Bearer:SigningKeys:{i}:Id", issuer),
            ($"Authentication:Schemes:Bearer:SigningKeys:{i}:Issuer", issuer),
            ($"Authentication:Schemes:Bearer:SigningKeys:{i}:Value", Convert.ToBase64String(_keys[issuer])),
            ($"Authentication:Schemes:Bearer:SigningKeys:{i}:Length", _keys[issuer].Length.ToString(CultureInfo.InvariantCulture)),
        ]),
    ];

    /// <summary>Whether its own issuer has a key: the first node that starts makes it.</summary>
    public bool AreReady => DevTokens.HasKey(dataDirectory);

    public IssuedToken SignIn(string issuer, string user, string session, string? clientId = null, string? authorizedParty = null)
    {
        var claims = DevTokens.Claims(user, "curfew", issuer);
        var issuedAt = (long)claims["iat"]!;
        claims["sid"] = session;
        claims["exp"] = issuedAt + (long)Lifetime.TotalSeconds;
        if (clientId is not null)
            claims["client_id"] = clientId;
        if (authorizedParty is not null)
            claims["azp"] = authorizedParty;
        return new IssuedToken(DevTokens.Sign(claims, KeyOf(issuer), issuer), user, session, Stopwatch.GetTimestamp())
        {
            Issuer = issuer,
            ClientId = clientId,
            AuthorizedParty = authorizedParty,
            Jti = (string)claims["jti"]!,
            IssuedAt = issuedAt,
        };
    }

    /// <summary>An operator's token.</summary>
    public string Operator()
    {
        var claims = DevTokens.Claims("operator", "curfew");
        claims["exp"] = (long)claims["iat"]! + (long)Lifetime.TotalSeconds;
        claims["scope"] = "curfew:admin";
        return DevTokens.Sign(claims, KeyOf(Own), Own);
    }

    private byte[] KeyOf(string issuer) => _keys.GetOrAdd(issuer, _ => DevTokens.Key(dataDirectory));
}
