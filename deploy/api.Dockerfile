# Built from the repository's root: docker build -f deploy/api.Dockerfile -t curfew-api .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig README.md ./
COPY src/ src/
RUN dotnet publish src/Api -c Release -o /publish -p:UseAppHost=false \
    && mkdir /empty

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /publish ./
# The one place that is written to; everything else may be read-only. A new volume takes over its owner.
COPY --from=build --chown=$APP_UID:$APP_UID /empty /data
VOLUME /data
# No diagnostics socket: it would need a writable /tmp.
ENV ASPNETCORE_HTTP_PORTS=8080 \
    Curfew__DataDirectory=/data \
    DOTNET_EnableDiagnostics=0
EXPOSE 8080
USER $APP_UID
ENTRYPOINT ["dotnet", "Curfew.Api.dll"]
