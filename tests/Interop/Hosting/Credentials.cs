using System.Security.Cryptography;
using System.Text;

namespace Curfew.Interop.Tests.Hosting;

internal sealed record Credentials(string Id, string Secret)
{
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));
}
