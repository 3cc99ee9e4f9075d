using System.Security.Claims;

namespace Curfew.Authentication.Remembered;

/// <summary>All of a claim but its value, which the tokens of an issuer have in common.</summary>
internal sealed record ClaimShape(
    string Type, string ValueType, string Issuer, string OriginalIssuer, string? PropertyName, string? PropertyValue)
{
    /// <summary>Null: there is more to the claim than a shape and a value.</summary>
    public static ClaimShape? Of(Claim claim)
    {
        if (claim.GetType() != typeof(Claim))
            return null;

        // JwtBearer notes here the name that it mapped from.
        string? name = null, value = null;
        foreach (var property in claim.Properties)
        {
            if (name is not null)
                return null;
            (name, value) = property;
        }

        return new(claim.Type, claim.ValueType, claim.Issuer, claim.OriginalIssuer, name, value);
    }

    public Claim ToClaim(string value, ClaimsIdentity subject)
    {
        var claim = new Claim(Type, value, ValueType, Issuer, OriginalIssuer, subject);
        if (PropertyName is not null)
            claim.Properties.Add(PropertyName, PropertyValue!);
        return claim;
    }
}
