@echo off
rem Runs Praxino from an unpacked archive on Windows. The flags are those of lib/launch.sh; docs/stack.md explains them.
setlocal
set "ROOT=%~dp0.."
set "JAVA="
if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "JAVA=%JAVA_HOME%\bin\java.exe"
if not defined JAVA for %%I in (java.exe) do set "JAVA=%%~$PATH:I"
if not defined JAVA goto missing
set "MAJOR="
for /f "tokens=3" %%V in ('call "%JAVA%" -version 2^>^&1 ^| findstr /c:" version "') do for /f "delims=." %%M in ("%%~V") do set "MAJOR=%%M"
if not defined MAJOR goto missing
if %MAJOR% LSS 25 goto missing
set "CACHE=%USERPROFILE%\.cache\praxino"
if defined XDG_CACHE_HOME set "CACHE=%XDG_CACHE_HOME%\praxino"
if defined PRAXINO_CACHE set "CACHE=%PRAXINO_CACHE%"
if not defined DJL_OFFLINE set "DJL_OFFLINE=true"
if not defined OPENBLAS_NUM_THREADS set "OPENBLAS_NUM_THREADS=1"
"%JAVA%" -Xmx2g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Djdk.http.auth.tunneling.disabledSchemes= -Dorg.bytedeco.javacpp.maxBytes=0 -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 "-Dorg.bytedeco.javacpp.cachedir=%CACHE%\native" "-Dpraxino.root=%ROOT%" %PRAXINO_JVM% -cp "%ROOT%\lib\*" org.praxino.app.Main %*
exit /b %ERRORLEVEL%
:missing
echo praxino: no JDK 25 or newer was found: install one (for example Eclipse Temurin 25, https://adoptium.net) or set JAVA_HOME to it. 1>&2
exit /b 1
