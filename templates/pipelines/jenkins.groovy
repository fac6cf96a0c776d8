// A Pipeline of Jenkins: Jenkinsfile. The agent has docker (or podman, skopeo, …) and Node 20.19
// or later; "registry" is the id of credentials of the kind "Username with password".
pipeline {
  agent { label 'docker' }
  environment {
    REGISTRY = 'registry.example.com'
  }
  stages {
    stage('publish') {
      steps {
        withCredentials([usernamePassword(
          credentialsId: 'registry',
          usernameVariable: 'REGISTRY_USER',
          passwordVariable: 'REGISTRY_PASSWORD'
        )]) {
          sh '''
            npm install --global berth-ci
            eval "$(berth ci-env jenkins --registry "$REGISTRY,username-env=REGISTRY_USER,password-env=REGISTRY_PASSWORD")"
            docker build --tag "$REGISTRY/app:$GIT_COMMIT" .
            docker push "$REGISTRY/app:$GIT_COMMIT"
          '''
        }
      }
    }
  }
  post {
    always {
      sh 'berth cleanup jenkins'
    }
  }
}
