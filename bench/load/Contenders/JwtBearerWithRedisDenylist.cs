using Curfew.Bench.Harness;
using Curfew.Bench.Load.Workload;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using StackExchange.Redis;

namespace Curfew.Bench.Load.Contenders;

/// <summary>Denylist (a) of <c>bench/peers</c>, with RS256: a Redis key per token, asked on every request.</summary>
internal sealed class JwtBearerWithRedisDenylist() : StockJwtBearer("RS256")
{
    public override string Name => "jwtbearer-rs256-redis";

    public override async Task<RunningContender> StartAsync(IssuedTokens tokens, int port)
    {
        var redis = await RedisServer.StartAsync();
        return await StartProcessAsync(tokens, port, [$"redis=127.0.0.1:{redis.Port}"], redis);
    }

    protected override void Configure(WebApplicationBuilder builder, JwtBearerOptions options)
    {
        var redis = ConnectionMultiplexer.Connect(builder.Configuration["redis"]!).GetDatabase();
        options.Events = new JwtBearerEvents
        {
            OnTokenValidated = async context =>
            {
                var token = ((JsonWebToken)context.SecurityToken).EncodedToken;
                if (await redis.KeyExistsAsync($"blacklist:{token}"))
                    context.Fail("The token is revoked.");
            },
        };
    }
}
