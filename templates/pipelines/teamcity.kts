// A project of TeamCity: .teamcity/settings.kts. The agent has docker and Node 20.19 or later.
// Set up the parameters env.REGISTRY_USER and env.REGISTRY_PASSWORD, the latter of type Password.
import jetbrains.buildServer.configs.kotlin.*
import jetbrains.buildServer.configs.kotlin.buildSteps.script

version = "2023.05"

project {
    buildType {
        id("Publish")
        name = "Publish"
        vcs { root(DslContext.settingsRoot) }
        params { param("REGISTRY", "registry.example.com") }
        steps {
            script {
                scriptContent = """
                    set -e
                    npm install --global berth-ci
                    eval "$(berth ci-env teamcity --registry "%REGISTRY%,username-env=REGISTRY_USER,password-env=REGISTRY_PASSWORD")"
                    docker build --tag "%REGISTRY%/app:%build.vcs.number%" .
                    docker push "%REGISTRY%/app:%build.vcs.number%"
                """.trimIndent()
            }
            script {
                executionMode = BuildStep.ExecutionMode.ALWAYS
                scriptContent = "berth cleanup teamcity"
            }
        }
    }
}
