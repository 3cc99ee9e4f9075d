using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authentication;

namespace Sample.Introspection;

/// <summary>How this API asks Curfew.</summary>
public sealed class CurfewOptions : AuthenticationSchemeOptions
{
    /// <summary>Curfew's base URL.</summary>
    [Required]
    public Uri Url { get; set; } = null!;

    /// <summary>An entry of Curfew's <c>Curfew:Clients</c>.</summary>
    [Required]
    public string ClientId { get; set; } = null!;

    [Required]
    public string ClientSecret { get; set; } = null!;

    /// <summary>What a token must be meant for: Curfew knows tokens of other APIs, too.</summary>
    [Required]
    public string Audience { get; set; } = null!;

    /// <summary>How long Curfew's answer may be used again: a logout takes as long to hold here. Default: 0, every request asks.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MaxStaleness { get; set; }
}
